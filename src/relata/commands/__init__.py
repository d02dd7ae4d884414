"""The commands of the command line, one file each; `relata.cli` assembles them."""
