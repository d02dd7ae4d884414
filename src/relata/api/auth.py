"""Signing in and out, and who one is."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import COOKIE, answer, body, credentials, installation, opened, prove
from relata.api.operation import ID, TEXT, Described, Operation, nullable, shape
from relata.errors import Fault, Invalid, NotFound, Suspended, Unauthenticated
from relata.kernel.context import Ctx
from relata.kernel.identity.passwords import password_matches
from relata.kernel.identity.people import (
    SESSION_DAYS,
    Connection,
    Person,
    close_session,
    find_person,
    member_of,
    note_failure,
    open_session,
    too_many_attempts,
)
from relata.kernel.identity.tokens import SESSION, token_workspace
from relata.kernel.installation import Installation
from relata.kernel.metadata.quoting import quote_name

LARGEST = 20_000
WRONG = "The e-mail address or the password is wrong."


async def login(request: Request) -> Response:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        prove(request)
    sent = await body(request, LARGEST)
    fields = {name: sent.get(name) if isinstance(sent, dict) else None for name in ("email", "password", "workspace")}
    faults = [
        Fault(f"/{name}", "required", f"Send the {name} as text.")
        for name in ("email", "password")
        if not isinstance(fields[name], str)
    ]
    if faults:
        raise Invalid(faults)
    email, password = str(fields["email"])[:300].replace("\0", ""), str(fields["password"])
    here = installation(request)
    async with here.connection() as connection:
        if await too_many_attempts(connection, email):
            raise Unauthenticated("Too many wrong passwords for this address; wait a quarter of an hour.")
        person = await find_person(connection, email)
        right = await asyncio.to_thread(password_matches, person.password_hash if person else None, password)
        members = await memberships(connection, here, person) if person and right else {}
        if person is None or not members:
            await note_failure(connection, email)
            raise Unauthenticated(WRONG)
        wanted = fields["workspace"]
        if wanted is None and len(members) > 1:
            names = ", ".join(members)
            raise Invalid([Fault("/workspace", "required", f"You work in several workspaces; name one: {names}.")])
        name = wanted if isinstance(wanted, str) else next(iter(members))
        if name not in members:
            raise Unauthenticated(WRONG)
    member, workspace = members[name], await here.workspace(name)
    async with here.connection() as connection:
        token = await open_session(connection, workspace, member)
    made = answer({"user": {"id": member, "email": person.email}, "workspace": workspace.name})
    made.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_DAYS * 86_400,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return made


async def memberships(connection: Connection, here: Installation, person: Person) -> dict[str, str]:
    """Workspace → user record of a person; those that are being deleted are left out."""
    entries = [entry for name in person.workspaces if (entry := here.register.get(name)) and not entry.dropping]
    found = {entry.name: await member_of(connection, entry.schema, person.id) for entry in entries}
    return {name: member for name, member in found.items() if member is not None}


async def logout(request: Request) -> Response:
    sort, token = credentials(request)
    here = installation(request)
    if sort == SESSION:
        with contextlib.suppress(NotFound, Suspended):
            workspace = await here.workspace(token_workspace(SESSION, token) or "")
            async with here.connection() as connection:
                await close_session(connection, workspace, token)
    made = Response(status_code=204)
    made.delete_cookie(COOKIE, path="/")
    return made


async def me(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(await whoami(ctx))


async def whoami(ctx: Ctx) -> dict[str, object]:
    actor, workspace = ctx.access.actor, ctx.workspace
    user: dict[str, object] | None = None
    locale = workspace.locale
    if actor.user:
        text = f'select id::text, name, relata.entry_primary(emails), locale from {quote_name(workspace.schema)}."user" where id = %(id)s'
        row = await ctx.row(text, {"id": actor.user})
        if row:
            user = {"id": row[0], "name": row[1], "email": row[2]}
            locale = row[3] or locale
    return {
        "user": user,
        "role": actor.role.name,
        "administers": actor.role.administers,
        "workspace": {"name": workspace.name, "label": workspace.label, "currency": workspace.currency},
        "locale": locale,
        "time_zone": actor.time_zone,
    }


LOGIN = shape({"email": TEXT, "password": TEXT, "workspace": nullable(TEXT)}, "email", "password")
SIGNED_IN = shape({"user": shape({"id": ID, "email": TEXT}, "id", "email"), "workspace": TEXT}, "user", "workspace")
ME = shape(
    {"user": nullable({"type": "object"}), "role": TEXT, "administers": {"type": "boolean"}, "workspace": {"type": "object"}},
    "user", "role", "administers", "workspace",
)  # fmt: skip
ROUTES = [
    Described(
        "POST",
        "/auth/login",
        login,
        Operation(
            name="login",
            summary="Sign in: the answer sets the cookie of the session",
            help="Ten wrong passwords within a quarter of an hour close the address for as long (401).",
            tag="you",
            open=True,
            body=LOGIN,
            answers={200: SIGNED_IN},
            refusals=(401,),
        ),
    ),
    Described(
        "POST",
        "/auth/logout",
        logout,
        Operation(name="logout", summary="End the session", tag="you", open=True, answers={204: None}, refusals=(401,)),
    ),
    Described("GET", "/me", me, Operation(name="me", summary="Who you are, and where", tag="you", answers={200: ME})),
]
