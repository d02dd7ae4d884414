"""Writing, in pipeline order: change, rule, validate, statement, write. Every door ends here."""
