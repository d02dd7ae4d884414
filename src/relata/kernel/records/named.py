"""What clients send by names from before, by present ones."""

from __future__ import annotations

from typing import Any

from relata.errors import Fault
from relata.kernel.access.access import Access
from relata.kernel.metadata.kinds.checks import pointer
from relata.kernel.metadata.object import Object


def by_present_names(object_: Object, sent: Any, access: Access, faults: list[Fault]) -> Any:
    """The values of a record by the present names of its fields; a fault where one comes under both."""
    if not object_.formerly or not isinstance(sent, dict):
        return sent
    made: dict[str, Any] = {}
    for name, value in sent.items():
        now = access.present(object_, name)
        if now != name and now in sent:
            message = f"«{name}» is called «{now}» now, and both came: send «{now}» alone."
            faults.append(Fault(f"/{pointer(name)}", "duplicate", message))
        else:
            made[now] = value
    return made
