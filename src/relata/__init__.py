"""Relata: the place where a company keeps what it knows about its customers."""

import os
import zoneinfo

__version__ = "0.1.0"

# Countries change their clocks at short notice: the tzdata package is as new as Relata, the machine's files may be years old.
if "PYTHONTZPATH" not in os.environ:
    zoneinfo.reset_tzpath(())
