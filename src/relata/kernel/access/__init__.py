"""Who may: actors, roles, and what a role means for one object: a row predicate and a column mask."""
