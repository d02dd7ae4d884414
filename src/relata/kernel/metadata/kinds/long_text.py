"""Text of many lines, up to 100,000 characters."""

from __future__ import annotations

from relata.kernel.metadata.kinds.text import Text


class LongText(Text):
    name = "long_text"
    label = "Long text"
    help = "Several lines: a description, a summary."
    unique_able = False
    groupable = False
    long = True
    searched = False
    longest = 100_000
