"""A number shown with a percent sign: 12.5 is 12.5 %."""

from __future__ import annotations

from relata.kernel.metadata.kinds.number import Number


class Percent(Number):
    name = "percent"
    label = "Percent"
    help = "A share: 12.5 is 12.5 %."
    unique_able = False
