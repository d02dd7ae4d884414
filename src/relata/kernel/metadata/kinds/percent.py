"""A number shown with a percent sign: 12.5 is 12.5 %."""

from __future__ import annotations

from typing import Any

from relata.kernel.metadata.field import Field
from relata.kernel.metadata.kinds.base import Parsing
from relata.kernel.metadata.kinds.number import Number


class Percent(Number):
    name = "percent"
    label = "Percent"
    help = "A share: 12.5 is 12.5 %."
    unique_able = False

    def read(self, field: Field, text: str, parsing: Parsing) -> Any:
        """Also «12.5 %»."""
        return super().read(field, text.strip().removesuffix("%"), parsing)
