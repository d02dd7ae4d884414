from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relata.kernel.records.turns import Token, turns

RECORD = st.none() | st.sampled_from("ABC").map(lambda name: ("id", name))
VALUES = st.sets(st.sampled_from("123").map(lambda value: ("code", value)), max_size=2)


@given(st.lists(st.tuples(RECORD, VALUES), max_size=12), st.dictionaries(RECORD.filter(bool), VALUES))
def test_rows_that_share_something_keep_their_order(
    rows: list[tuple[Token | None, set[Token]]], held: dict[Token, set[Token]]
) -> None:
    found = turns([record for record, _ in rows], [sent for _, sent in rows], held)
    assert set(found) == set(range(max(found, default=-1) + 1))
    for later, (record, sent) in enumerate(rows):
        for earlier, (other, taken) in enumerate(rows[:later]):
            lets_go = held.get(other, set()) if other and taken else set()
            if (record is not None and record == other) or sent & (taken | lets_go):
                assert found[earlier] < found[later]


def test_rows_that_share_nothing_are_taken_at_once() -> None:
    records: list[Token | None] = [("id", str(number)) for number in range(100)]
    assert turns(records, [{("code", str(number))} for number in range(100)], {}) == [0] * 100
