"""The processes of a running Relata: the web server, and the workers beside it."""
