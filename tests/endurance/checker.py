"""Compares what callers were told with what is there. Every finding is a sentence; an empty list is what is wanted.

Acknowledged is exactly once, unknown at most once, refused never; versions have no gap; each change has its event and
each event its change, numbered without gap; what the journal holds, taken backwards from the present, is what each
caller wrote.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

import psycopg

from relata.kernel.metadata.store import stored_definitions
from tests.endurance.callers import ACKNOWLEDGED, REFUSED, Caller, Deed, Follower
from tests.serving import rows
from tests.sound import unsettled

MOST = 20
"""Findings of one sort that are told."""
SOUND = {
    "versions of a record have a gap or are not its own": """
        select j.record::text from (select record, count(*) n, min(version) low, max(version) high from {schema}._journal group by record) j
        left join (select id, version from {schema}.note union all select id, version from {schema}.account
          union all select id, version from {schema}.product) r on r.id = j.record
        where (select count(*) from {schema}._journal x where x.record = j.record and x.object in ('note', 'account', 'product')) > 0
          and (j.low <> 1 or j.n <> j.high or r.version is distinct from j.high)""",
    "a record has no journal": """
        select r.id::text from (select id from {schema}.note union all select id from {schema}.account) r
        where not exists (select 1 from {schema}._journal j where j.record = r.id)""",
    "a change has no event, or not one alone": """
        select j.record::text || ' ' || j.version from {schema}._journal j
        left join (select record, version, op, count(*) as n from {schema}._event group by record, version, op) e using (record, version, op)
        where e.n is distinct from 1""",
    "an event has no change": """
        select e.record::text || ' ' || e.version from {schema}._event e
        where not exists (select 1 from {schema}._journal j where (j.record, j.version, j.op) = (e.record, e.version, e.op))""",
    "an event names other fields than its change": """
        select e.record::text || ' ' || e.version from {schema}._event e join {schema}._journal j using (record, version)
        where e.op = 'u' and (select array_agg(k order by k collate "C") from unnest(e.fields) k)
          is distinct from (select array_agg(k order by k collate "C") from jsonb_object_keys(j.before) k)""",
    "events have a gap or are numbered twice": """
        select seq::text from (select seq, row_number() over (order by seq) n from {schema}._event) e where seq <> n""",
    "a live record is not found in the search, or a trashed one is": """
        select r.id::text from (select id, deleted_at from {schema}.note union all select id, deleted_at from {schema}.account) r
        where (r.deleted_at is null) <> exists (select 1 from {schema}._search s where s.record = r.id)""",
}


def findings(conninfo: str, schema: str, callers: Iterable[Caller], follower: Follower | None = None) -> list[str]:
    """What is wrong, in sentences."""
    callers = list(callers)
    found = [f"{caller.name}: {trouble}" for caller in callers for trouble in caller.trouble]
    for sentence, text in SOUND.items():
        wrong = [row[0] for row in rows(conninfo, f"{text} limit {MOST}", schema=schema)]
        found += [f"{sentence}: {', '.join(wrong)}"] if wrong else []
    deeds = [deed for caller in callers for deed in caller.deeds]
    found += created(conninfo, schema, deeds)
    found += changed(conninfo, schema, deeds)
    found += fields(conninfo, schema, deeds)
    found += [f"the tables differ from the catalog: {statement}" for statement in unsettled(conninfo, schema)]
    return found + (followed(conninfo, schema, follower) if follower else [])


def created(conninfo: str, schema: str, deeds: list[Deed]) -> list[str]:
    """What was to be made is there as often as was promised."""
    text = "select title, count(*) from {schema}.note group by 1 union all select name, count(*) from {schema}.account group by 1"
    there = dict(rows(conninfo, text, schema=schema))
    found = []
    for deed in deeds:
        if deed.kind in ("create", "keyed"):
            found += [
                f"{deed.kind} «{token}», {deed.outcome}, is there {n} times"
                for token, n in wrong(deed, [deed.token], there)
            ]
        if deed.kind in ("batch", "bulk"):
            found += [
                f"{deed.kind} «{token}», {deed.outcome}, is there {n} times"
                for token, n in wrong(deed, deed.tokens, there)
            ]
        if deed.kind == "batch" and len({there.get(token, 0) for token in deed.tokens}) > 1:
            found.append(f"the batch «{deed.token}» is there in part")
    return found[:MOST]


def wrong(deed: Deed, tokens: list[str], there: dict[str, int]) -> list[tuple[str, int]]:
    allowed = {ACKNOWLEDGED: (1,), REFUSED: (0,)}.get(deed.outcome, (0, 1))
    return [(token, there.get(token, 0)) for token in tokens if there.get(token, 0) not in allowed]


def changed(conninfo: str, schema: str, deeds: list[Deed]) -> list[str]:
    """What a version of a note held in its body, worked out backwards from the present, is what was written."""
    text = """
        select n.id::text, n.body, coalesce((select json_agg(json_build_array(j.version, j.op, j.before ? 'body', j.before -> 'body')
          order by j.version desc) from {schema}._journal j where j.record = n.id), '[]') from {schema}.note n"""
    held: dict[tuple[str, int], Any] = {}
    wrote: Counter[str] = Counter()
    for record, now, journal in rows(conninfo, text, schema=schema):
        value = now
        for version, op, touched, before in journal:
            held[record, version] = value
            if touched and op == "u":
                wrote[value] += 1
                value = before
        if value is not None:
            held[record, 0] = value
    found = [f"the journal of {record} does not begin with nothing" for record, version in held if version == 0]
    for deed in deeds:
        if deed.kind != "update":
            continue
        times = wrote[deed.token]
        if deed.outcome == ACKNOWLEDGED and deed.version is not None and deed.record is not None:
            if times != 1 or held.get((deed.record, deed.version)) != deed.token:
                found.append(
                    f"the change «{deed.token}» was promised as version {deed.version}, is there {times} times"
                )
        elif times > (deed.outcome != REFUSED):
            found.append(f"the change «{deed.token}», {deed.outcome}, is there {times} times")
    return found[:MOST]


def fields(conninfo: str, schema: str, deeds: list[Deed]) -> list[str]:
    """Fields that were made are there until they are deleted."""

    async def stored() -> set[str]:
        async with await psycopg.AsyncConnection.connect(conninfo) as connection:
            _, definitions = await stored_definitions(connection, schema)
            return {one.field for one in definitions if one.object == "product"}

    there = asyncio.run(stored())
    deleted = {deed.tokens[0]: deed.outcome for deed in deeds if deed.kind == "field deleted"}
    found = []
    for deed in deeds:
        if deed.kind != "field":
            continue
        gone = deleted.get(deed.tokens[0])
        if gone == ACKNOWLEDGED and deed.tokens[0] in there:
            found.append(f"the field {deed.tokens[0]} was deleted and is there")
        if deed.outcome == ACKNOWLEDGED and gone in (None, REFUSED) and deed.tokens[0] not in there:
            found.append(f"the field {deed.tokens[0]} was made and is not there")
    return found[:MOST]


def followed(conninfo: str, schema: str, follower: Follower) -> list[str]:
    """Whoever follows sees every event once, in its order."""
    last = rows(conninfo, "select max(seq) from {schema}._event", schema=schema)[0][0] or 0
    found = [] if not follower.resets else [f"the stream began anew {follower.resets} times"]
    if follower.seen != list(range(1, last + 1)):
        counted = Counter(follower.seen)
        twice = [number for number, times in counted.items() if times > 1][:MOST]
        missing = [number for number in range(1, last + 1) if number not in counted][:MOST]
        found.append(f"of {last} events the stream told {len(follower.seen)}: twice {twice}, never {missing}")
    return found
