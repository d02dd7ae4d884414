"""Who somebody is: passwords, sessions and keys. What they may do is in `access`."""
