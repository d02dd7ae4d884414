"""Every file that people bring becomes tables, and every table rows: what is no CSV is written out as one, once."""

from relata.kernel.importing.reading.table import Table
from relata.kernel.importing.reading.tables import read_tables, source_from

__all__ = ["Table", "read_tables", "source_from"]
