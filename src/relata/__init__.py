"""Relata: the place where a company keeps what it knows about its customers."""

__version__ = "0.1.0"
