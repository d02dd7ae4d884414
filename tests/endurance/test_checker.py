"""The checker finds what is wrong: each fault is made on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from tests.endurance.callers import ACKNOWLEDGED, REFUSED, Caller, Deed, Follower
from tests.endurance.checker import findings
from tests.endurance.kills import settled
from tests.serving import serving, settled_place

pytestmark = pytest.mark.slow


@dataclass(slots=True)
class Story:
    """A note that was made and changed, as its caller knows it."""

    conninfo: str
    schema: str
    caller: Caller
    follower: Follower
    record: str

    def found(self) -> str:
        return "\n".join(findings(self.conninfo, self.schema, [self.caller], self.follower))

    def spoil(self, text: str) -> None:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(sql.SQL(text).format(schema=sql.Identifier(self.schema)), {"id": self.record})


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with settled_place() as place, place.database() as (conninfo, schema):
        with serving(place) as server:
            made = server.call("POST", "/records/note", {"title": "made"})
            server.call("PATCH", f"/records/note/{made['id']}", {"body": "changed"})
            settled(conninfo, schema)
        caller, follower = Caller("http://127.0.0.1:9", "", "somebody", 1), Follower("http://127.0.0.1:9", "")
        caller.deeds += [
            Deed("create", "made", ACKNOWLEDGED, made["id"], 1),
            Deed("update", "changed", ACKNOWLEDGED, made["id"], 2),
        ]
        follower.seen += [1, 2, 3]  # the first is that of the administrator
        yield Story(conninfo, schema, caller, follower, made["id"])


def test_what_is_as_it_was_promised_has_no_findings(story: Story) -> None:
    assert story.found() == ""


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (Deed("create", "lost", ACKNOWLEDGED), "create «lost», acknowledged, is there 0 times"),
        (Deed("create", "made", REFUSED), "create «made», refused, is there 1 times"),
        (Deed("batch", "half", tokens=["made", "lost"]), "the batch «half» is there in part"),
        (Deed("update", "changed", REFUSED), "the change «changed», refused, is there 1 times"),
        (Deed("field", "f", ACKNOWLEDGED, tokens=["lost"]), "the field lost was made and is not there"),
    ],
)
def test_what_was_promised_otherwise_is_found(story: Story, deed: Deed, sentence: str) -> None:
    story.caller.deeds.append(deed)
    try:
        assert sentence in story.found()
    finally:
        story.caller.deeds.remove(deed)


def test_a_stream_that_leaves_out_or_repeats_is_found(story: Story) -> None:
    story.follower.seen[:] = [1, 1]
    try:
        assert "twice [1], never [2, 3]" in story.found()
    finally:
        story.follower.seen[:] = [1, 2, 3]


@pytest.mark.parametrize(
    ("spoiled", "mended", "sentence"),
    [
        (
            "update {schema}.note set version = 3 where id = %(id)s",
            "update {schema}.note set version = 2 where id = %(id)s",
            "have a gap",
        ),
        (
            "update {schema}.note set body = 'torn' where id = %(id)s",
            "update {schema}.note set body = 'changed' where id = %(id)s",
            "the change «changed» was promised as version 2",
        ),
        (
            "update {schema}._outbox set version = 9 where record = %(id)s and version = 2",
            "update {schema}._outbox set version = 2 where record = %(id)s and version = 9",
            "an event has no change",
        ),
        (
            "update {schema}._search set record = gen_random_uuid() where record = %(id)s",
            "update {schema}._search set record = %(id)s where title = 'made'",
            "is not found in the search",
        ),
        (
            "update {schema}._numbered set first = first + 5, last = last + 5",
            "update {schema}._numbered set first = first - 5, last = last - 5",
            "events have a gap",
        ),
    ],
)
def test_what_is_torn_in_the_database_is_found(story: Story, spoiled: str, mended: str, sentence: str) -> None:
    story.spoil(spoiled)
    try:
        assert sentence in story.found()
    finally:
        story.spoil(mended)
    assert story.found() == ""
