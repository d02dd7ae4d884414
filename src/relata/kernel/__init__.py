"""The kernel: objects, records, queries and history. It knows no app and no HTTP."""
