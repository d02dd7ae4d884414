"""The kernel: objects, records, queries and history. It knows no app, no HTTP and no environment."""
