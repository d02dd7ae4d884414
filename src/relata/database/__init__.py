"""The PostgreSQL that Relata works on: one interface over a server of yours and an embedded one."""

from relata.database.opening import RunningDatabase, open_database

__all__ = ["RunningDatabase", "open_database"]
