"""Signing in and out, and who one is."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.requests import Request
from starlette.responses import Response

from relata.api.edge import COOKIE, answer, body, credentials, opened, places, prove
from relata.api.operation import ID, TEXT, Described, Operation, nullable, shape
from relata.errors import Fault, Invalid, NotFound, Suspended, Unauthenticated, Unavailable
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
from relata.kernel.placement import Places

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
    members = await proved(places(request), email, password)
    wanted = fields["workspace"]
    if wanted is None and len(members) > 1:
        names = ", ".join(members)
        raise Invalid([Fault("/workspace", "required", f"You work in several workspaces; name one: {names}.")])
    name = wanted if isinstance(wanted, str) else next(iter(members))
    if name not in members:
        raise Unauthenticated(WRONG)
    member, address = members[name]
    here = places(request).of(name)
    workspace = await here.workspace(name)
    async with here.connection() as connection:
        token = await open_session(connection, workspace, member)
    made = answer({"user": {"id": member, "email": address}, "workspace": workspace.name})
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


async def proved(places: Places, email: str, password: str) -> dict[str, tuple[str, str]]:
    """Workspace → user record and e-mail address, of every database that knows this address with this password; raises
    Unauthenticated. Wrong passwords are counted in the first database.
    """
    async with places.home.connection() as connection:
        if await too_many_attempts(connection, email):
            raise Unauthenticated("Too many wrong passwords for this address; wait a quarter of an hour.")
    found: dict[str, tuple[str, str]] = {}
    away = bool(places.away)
    for here in list(places.there.values()):
        try:
            async with here.connection() as connection:
                person = await find_person(connection, email)
                right = await asyncio.to_thread(password_matches, person.password_hash if person else None, password)
                if person and right:
                    members = await memberships(connection, here, person)
                    found |= {name: (member, person.email) for name, member in members.items()}
        except Unavailable:
            if here is places.home:
                raise
            away = True
    if not found and away:
        raise Unavailable("A database does not answer; try again in a moment.")
    if not found:
        async with places.home.connection() as connection:
            await note_failure(connection, email)
        raise Unauthenticated(WRONG)
    return found


async def memberships(connection: Connection, here: Installation, person: Person) -> dict[str, str]:
    """Workspace → user record of a person; those that are being deleted, or are not here yet, are left out."""
    entries = [
        entry
        for name in person.workspaces
        if (entry := here.register.get(name)) and not entry.dropping and not entry.arriving
    ]
    found = {entry.name: await member_of(connection, entry.schema, person.id) for entry in entries}
    return {name: member for name, member in found.items() if member is not None}


async def logout(request: Request) -> Response:
    sort, token = credentials(request)
    if sort == SESSION:
        with contextlib.suppress(NotFound, Suspended):
            name = token_workspace(SESSION, token) or ""
            here = places(request).of(name)
            workspace = await here.workspace(name)
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
