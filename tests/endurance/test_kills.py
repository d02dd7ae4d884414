"""A few kills at random moments; `tools/kill_at_random.py` does hundreds of them in the same way."""

from __future__ import annotations

import pytest

from tests.endurance.kills import kill_at_random
from tests.serving import settled_place

pytestmark = pytest.mark.slow


def test_whatever_is_killed_nothing_promised_is_lost_nothing_done_twice_and_no_event_missed() -> None:
    with settled_place() as place:
        counted, wrong = kill_at_random(place, kills=3, clients=3, seed=7)
    assert wrong == []
    assert counted["create acknowledged"]
    assert counted["update acknowledged"]
    assert counted["events"]
