"""People of the installation and their membership in workspaces; sessions and keys of a workspace."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg

from relata.errors import Conflict, Fault, Invalid, NotFound, Unauthenticated
from relata.kernel.access.actor import KEY_DOOR, Actor
from relata.kernel.context import Ctx, uuid7
from relata.kernel.driver import fetch_row
from relata.kernel.expression.fold import fold
from relata.kernel.identity.passwords import hash_password
from relata.kernel.identity.tokens import KEY, SESSION, new_token, token_hash
from relata.kernel.metadata.quoting import quote_name as q
from relata.kernel.workspace import Workspace

SESSION_DAYS = 30
IDLE_DAYS = 7
ATTEMPTS = 10
WINDOW = "15 minutes"

Connection = psycopg.AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with credentials; `workspaces` are the names of those they may be a member of: what counts is `member_of` there."""

    id: str
    email: str
    password_hash: str | None
    workspaces: tuple[str, ...]


async def find_person(connection: Connection, email: str) -> Person | None:
    text = (
        "select id::text, email, password_hash, array(select w.name from relata.belonging b join relata.workspace w on w.id = b.workspace "
        "where b.person = p.id order by w.name) from relata.person p where email_key = %s and disabled_at is null"
    )
    row = await (await connection.execute(text, [fold(email.strip())])).fetchone()
    return Person(row[0], row[1], row[2], tuple(row[3])) if row else None


async def member_of(connection: Connection, schema: str, person: str) -> str | None:
    """The user record of a person in a workspace, if it is active."""
    text = (
        f'select m.member::text from {q(schema)}._membership m join {q(schema)}."user" u on u.id = m.member '
        "where m.person = %s and u.deleted_at is null and u.active is not false"
    )
    row = await (await connection.execute(text.encode(), [person])).fetchone()
    return row[0] if row else None


async def too_many_attempts(connection: Connection, email: str) -> bool:
    """Ten failures in a quarter of an hour close an address for as long as they last in that window."""
    cursor = await connection.execute(
        f"select count(*) >= {ATTEMPTS} from relata.sign_in_failure where email_key = %s and at > now() - interval '{WINDOW}'".encode(),
        [fold(email.strip())[:300]],
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def note_failure(connection: Connection, email: str) -> None:
    await connection.execute("insert into relata.sign_in_failure (email_key) values (%s)", [fold(email.strip())[:300]])
    await connection.execute("delete from relata.sign_in_failure where at < now() - interval '1 day'")


async def give_credentials(ctx: Ctx, user: str, email: str, password: str) -> None:
    """Let a user record sign in with an address and password of their own."""
    kept = hash_password(password, email)
    key = fold(email.strip())
    if "@" not in key or len(key) > 254:
        raise Invalid([Fault("/email", "bad_email", "Send an e-mail address.")])
    async with ctx.connection.transaction():
        cursor = await ctx.connection.execute("select id::text from relata.person where email_key = %s", [key])
        row = await cursor.fetchone()
        if row:
            person = row[0]
            if await member_of(ctx.connection, ctx.workspace.schema, person):
                raise Conflict(f"{email} can already sign in to this workspace.")
        else:
            person = uuid7()
            await ctx.connection.execute(
                "insert into relata.person (id, email, email_key, password_hash) values (%s, %s, %s, %s)",
                [person, email.strip(), key, kept],
            )
        schema = q(ctx.workspace.schema)
        await ctx.connection.execute(
            f"insert into {schema}._membership (person, member) values (%s, %s)".encode(), [person, user]
        )
        belongs = "insert into relata.belonging (person, workspace) values (%s, %s) on conflict do nothing"
        await ctx.connection.execute(belongs, [person, ctx.workspace.id])
        await ctx.connection.execute(f'update {schema}."user" set sign_in = true where id = %s'.encode(), [user])


async def give_password(connection: Connection, email: str, password: str) -> None:
    """Let somebody sign in who has no password yet, such as after the import of a workspace; raises NotFound and Conflict."""
    kept = hash_password(password, email)
    key = fold(email.strip())
    text = "update relata.person set password_hash = coalesce(password_hash, %s) where email_key = %s returning password_hash = %s"
    row = await (await connection.execute(text, [kept, key, kept])).fetchone()
    if row is None:
        raise NotFound(f"Nobody has the address {email}.")
    if not row[0]:
        raise Conflict(f"{email} has a password already.")


async def open_session(connection: Connection, workspace: Workspace, member: str) -> str:
    """The token of a new session."""
    token, kept = new_token(SESSION, workspace.name)
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(days=SESSION_DAYS)
    schema = q(workspace.schema)
    await connection.execute(f"delete from {schema}._session where expires_at < now()".encode())
    await connection.execute(
        f"insert into {schema}._session (hash, member, expires_at) values (%s, %s, %s)".encode(),
        [kept, member, expires],
    )
    return token


async def close_session(connection: Connection, workspace: Workspace, token: str) -> None:
    await connection.execute(
        f"delete from {q(workspace.schema)}._session where hash = %s".encode(), [token_hash(token)]
    )

    workspace.people_changed()


async def session_actor(connection: Connection, workspace: Workspace, token: str) -> Actor:
    """Who a session belongs to; raises Unauthenticated when it has ended."""
    schema = q(workspace.schema)
    text = (
        f"select u.id::text, u.role, u.time_zone, s.seen_at < now() - interval '5 minutes' from {schema}._session s "
        f'join {schema}."user" u on u.id = s.member where s.hash = %(hash)s and s.expires_at > now() '
        f"and s.seen_at > now() - interval '{IDLE_DAYS} days' and u.deleted_at is null and u.active is not false"
    )
    row = await fetch_row(connection, text, {"hash": token_hash(token)})
    if row is None:
        raise Unauthenticated("The session has ended; sign in again.")
    if row[3]:
        seen = f"update {schema}._session set seen_at = now() where hash = %s"
        await connection.execute(seen.encode(), [token_hash(token)])
    return Actor(
        principal=row[0],
        user=row[0],
        role=workspace.role(row[1] or "member"),
        through="browser",
        time_zone=row[2] or workspace.time_zone,
    )


async def is_issued(connection: Connection, schema: str, sort: str, token: str) -> bool:
    """Whether a key or session of this workspace is a good one, whatever it may open at present."""
    good = "revoked_at is null" if sort == KEY else "expires_at > now()"
    text = f"select 1 from {q(schema)}.{'_key' if sort == KEY else '_session'} where hash = %s and {good}"
    return await (await connection.execute(text.encode(), [token_hash(token)])).fetchone() is not None


async def create_key(ctx: Ctx, name: str, role: str) -> tuple[str, str]:
    """The id of a new key and the key itself, which is shown this once."""
    ctx.access.administer()
    if role not in ctx.workspace.roles:
        raise Invalid([Fault("/role", "unknown_option", f"A role is one of {', '.join(ctx.workspace.roles)}.")])
    if not name.strip() or len(name) > 100:
        raise Invalid([Fault("/name", "required", "A key has a name of 1 to 100 characters.")])
    if "\0" in name:
        raise Invalid([Fault("/name", "bad_text", "Take out the NUL character (U+0000): no text can hold it.")])
    token, kept = new_token(KEY, ctx.workspace.name)
    id_ = uuid7()
    await ctx.connection.execute(
        f"insert into {q(ctx.workspace.schema)}._key (id, name, hash, role, member, created_by) values (%s, %s, %s, %s, %s, %s)".encode(),
        [id_, name, kept, role, None, ctx.access.actor.user],
    )
    return id_, token


async def list_keys(ctx: Ctx) -> list[dict[str, Any]]:
    """The keys that work, without their secrets."""
    ctx.access.administer()
    text = (
        f"select coalesce(json_agg(k order by k.created_at), '[]') from (select id, name, role, created_at, used_at "
        f"from {q(ctx.workspace.schema)}._key where revoked_at is null order by created_at limit 1000) k"
    )
    row = await (await ctx.connection.execute(text.encode())).fetchone()
    return list(msgspec.json.decode(row[0])) if row else []


async def revoke_key(ctx: Ctx, id_: str) -> None:
    ctx.access.administer()
    text = f"update {q(ctx.workspace.schema)}._key set revoked_at = now() where id = %s and revoked_at is null"
    cursor = await ctx.connection.execute(text.encode(), [id_])
    if cursor.rowcount == 0:
        raise NotFound("There is no key with this id.")
    ctx.workspace.people_changed()


async def key_actor(connection: Connection, workspace: Workspace, token: str) -> Actor:
    """Who acts with a key; raises Unauthenticated when it does not work."""
    schema = q(workspace.schema)
    text = (
        "select id::text, role, name, coalesce(used_at < now() - interval '5 minutes', true) "
        f"from {schema}._key where hash = %(hash)s and revoked_at is null"
    )
    row = await fetch_row(connection, text, {"hash": token_hash(token)})
    if row is None:
        raise Unauthenticated("This key does not work; an administrator can make another.")
    if row[3]:
        await connection.execute(f"update {schema}._key set used_at = now() where id = %s".encode(), [row[0]])
    return Actor(
        principal=row[0],
        role=workspace.role(row[1]),
        through=f"{KEY_DOOR} {row[2]}",
        time_zone=workspace.time_zone,
    )
