"""Files that people attach to records: what is received, what it is, where it lies, and when it goes."""
