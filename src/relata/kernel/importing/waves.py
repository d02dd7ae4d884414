"""Rows that point to rows of the same file: a subsidiary to its parent, a person to their manager. What
is pointed to is taken first, wave by wave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def waves(pointing: Sequence[Sequence[str]], called: Mapping[str, int]) -> tuple[list[list[int]], set[int]]:
    """Places in waves, and those that stand in a circle (or behind one).

    `pointing` holds for each row the names that it needs from this file; `called` is name → place.
    """
    needs = [{called[name] for name in names if name in called} for names in pointing]
    level: dict[int, int] = {}
    left = set(range(len(needs)))
    found: list[list[int]] = []
    while left:
        ready = sorted(place for place in left if all(need in level for need in needs[place]))
        if not ready:
            break
        for place in ready:
            level[place] = len(found)
        left -= set(ready)
        found.append(ready)
    return found, left
