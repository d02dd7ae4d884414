"""What happened to a record, read from the journal."""
