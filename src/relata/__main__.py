"""`python -m relata` is the command line."""

import sys

from relata.cli import main

if __name__ == "__main__":
    sys.exit(main())
