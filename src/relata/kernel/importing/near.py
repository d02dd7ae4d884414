"""Near matches: what somebody probably meant. They are offered; nobody applies them unasked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from relata.kernel.expression.fold import fold

ENOUGH = 85


@lru_cache(maxsize=20_000)
def nearest(text: str, names: tuple[str, ...]) -> str | None:
    """The one name that is nearest, near enough and not alone in being so near; else None."""
    found = ranked(text, names)
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=20_000)
def ranked(text: str, names: tuple[str, ...]) -> list[str]:
    """The names that are nearest to the text, several if they are equally near."""
    hits = process.extract(fold(text.strip()), names, scorer=fuzz.WRatio, processor=fold, score_cutoff=ENOUGH, limit=4)
    return [hit[0] for hit in hits if hit[1] >= hits[0][1] - 1]


def offer(text: str, names: Sequence[str]) -> str:
    """The end of a sentence that offers them, or nothing."""
    found = ranked(text, tuple(names))
    return f"; did you mean {' or '.join(f'«{name}»' for name in found)}?" if found else "."
