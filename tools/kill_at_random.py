"""Kills processes of a running Relata at random moments, hundreds of times, while callers use it, and compares what they
were told with what is there afterwards.

    python tools/kill_at_random.py --kills 200 [--clients 6] [--seed 1]

Ends with 1 where anything is wrong, and says what.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.endurance.kills import kill_at_random  # noqa: E402 — the path comes first
from tests.serving import settled_place  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    began = time.monotonic()
    with settled_place() as place:
        counted, wrong = kill_at_random(
            place, wanted.kills, wanted.clients, wanted.seed, lambda line: print(line, flush=True)
        )
    for what, times in sorted(counted.items()):
        print(f"{times:>8,} {what}")
    print(f"{wanted.kills} kills in {(time.monotonic() - began) / 60:.1f} minutes; {len(wrong)} findings")
    for sentence in wrong:
        print(f"- {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
