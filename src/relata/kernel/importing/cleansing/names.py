"""The name of a person in its parts, from one cell: titles before, suffixes behind, small words that belong to the last name."""

from __future__ import annotations

from relata.kernel.expression.fold import fold

TITLES = frozenset(
    {
        "dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "lady", "lord", "herr", "frau", "fraulein", "hr", "fr",
        "mag", "ing", "dipl", "dipl-ing", "dipl-kfm", "dr-ing", "m", "mme", "mlle", "sr", "sra", "srta", "don",
        "dona", "sig", "sigra", "dott", "ir", "drs", "rev", "hon", "capt", "col", "gen", "sgt", "pan", "pani",
    }
)  # fmt: skip
SUFFIXES = frozenset(
    {
        "jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "msc", "bsc", "ma", "ba", "llm", "esq", "cpa", "dds", "jd",
    }
)  # fmt: skip
SMALL = frozenset(
    {
        "von", "van", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "les",
        "ter", "ten", "te", "zu", "zum", "zur", "vom", "af", "av", "bin", "ibn", "al", "el", "st", "saint", "mac",
        "mc", "y", "e", "'t",
    }
)  # fmt: skip
"""Words before a last name that belong to it."""


def name_of(text: str) -> dict[str, str]:
    """`{"prefix"?, "first"?, "middle"?, "last"?, "suffix"?}` of «Dr. Anna Maria von der Heide» or «von der Heide, Anna»."""
    last, comma, rest = (part.strip() for part in text.partition(","))
    if comma and rest and not all(bare(word) in SUFFIXES for word in rest.split()):
        found = parts_of(rest.split())
        given = " ".join(found[part] for part in ("first", "middle", "last") if part in found)
        first, _, middle = given.partition(" ")
        made = {"prefix": found.get("prefix"), "first": first, "middle": middle, "suffix": found.get("suffix")}
        words = last.split()
        titles = [word for word in words if bare(word) in TITLES] if len(words) > 1 else []
        made["prefix"] = " ".join([*titles, *([made["prefix"]] if made["prefix"] else [])])
        made["last"] = " ".join(word for word in words if word not in titles)
        return {part: made[part] for part in ("prefix", "first", "middle", "last", "suffix") if made[part]}  # type: ignore[misc]
    return parts_of(text.replace(",", " ").split())


def parts_of(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    before: list[str] = []
    behind: list[str] = []
    while len(words) > 1 and bare(words[0]) in TITLES:
        before.append(words.pop(0))
    while len(words) > 1 and bare(words[-1]) in SUFFIXES:
        behind.insert(0, words.pop())
    start = len(words) - 1
    while start > 1 and bare(words[start - 1]) in SMALL:
        start -= 1
    if len(words) > 1 and bare(words[0]) in SMALL:  # «van Gogh»: no first name
        start = 0
    given, last = words[:start], words[start:]
    for part, some in (
        ("prefix", before),
        ("first", given[:1]),
        ("middle", given[1:]),
        ("last", last),
        ("suffix", behind),
    ):
        if some:
            found[part] = " ".join(some)
    return found


def bare(word: str) -> str:
    return fold(word).strip(".,").replace(".", "")
