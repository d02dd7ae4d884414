"""Imports over REST: files come in, plans are made and changed, tried and carried out; the rows that failed go out again."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from relata.api.bulk import data_folder
from relata.api.edge import answer, body, decode, opened
from relata.api.file_body import FileBody
from relata.api.idempotency import once
from relata.api.import_shapes import ANY, FAILED, IMPORT, IMPORTS, LABEL, PLANS, PREVIEW, TARGETS
from relata.api.jobs import stream
from relata.api.operation import TEXT, WHOLE, Described, Operation, query, whole
from relata.api.receiving import copy
from relata.errors import Fault, Invalid, Malformed, NotFound
from relata.kernel.context import Ctx, uuid7
from relata.kernel.importing import imports
from relata.kernel.importing.fields import kinds_to_make
from relata.kernel.importing.imports import UPLOADS, State, checked_import_id, read_label, state_of
from relata.kernel.importing.kept import Kept, add_import, check_still, find_import
from relata.kernel.importing.planning import preview
from relata.kernel.importing.targets import matchable, targets
from relata.kernel.jobs.files import needing_room
from relata.kernel.metadata.kinds.base import BadValue
from relata.kernel.metadata.kinds.id import checked_id
from relata.kernel.records.results import SETS, folder_of
from relata.kernel.records.written_out import as_csv

LARGEST = 2_000_000_000
TOLD = f"A file has at most {LARGEST:,} bytes; import it in parts."
MOST = 200
LONGEST_NAME = 200


async def create(request: Request) -> Response:
    async def run(ctx: Ctx, sent: bytes) -> Response:
        data_folder(request)
        made = await add_import(ctx, read_label(decode(sent)))
        return answer(told(await state_of(ctx, made)), 201, {"location": f"/api/v1/imports/{made.id}"})

    return await once(request, run)


async def listed(request: Request) -> Response:
    async with opened(request) as ctx:
        limit, after = page_of(request)
        found = await imports.list_imports(ctx, limit, after)
        shown = [without_columns(told(one)) for one in found[:limit]]
        return answer({"imports": shown, "next": shown[-1]["id"] if len(found) > limit else None})


async def read(request: Request) -> Response:
    async with opened(request) as ctx:
        return answer(told(await state_of(ctx, await find_import(ctx, id_of(request)))))


async def change(request: Request) -> Response:
    sent = await body(request)
    async with opened(request) as ctx:
        made = await imports.change_import(ctx, data_folder(request), id_of(request), sent)
        return answer(told(await state_of(ctx, made)))


async def remove(request: Request) -> Response:
    async with opened(request) as ctx:
        await imports.drop_import(ctx, data_folder(request), id_of(request))
        return Response(status_code=204)


async def add_file(request: Request) -> Response:
    id_ = id_of(request)
    async with opened(request) as ctx:
        await check_still(ctx, await find_import(ctx, id_))
    folder = data_folder(request)
    place = folder_of(folder, id_) / UPLOADS
    await asyncio.to_thread(place.mkdir, parents=True, mode=0o700, exist_ok=True)
    path = place / uuid7()
    try:
        with needing_room():
            name = await received(request, path)
            async with opened(request) as ctx:
                made = await imports.add_file(ctx, folder, id_, path, name)
                return answer(told(await state_of(ctx, made)), 201)
    except BaseException:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(path.unlink)
        raise


async def received(request: Request, path: Path) -> str:
    """The body on disk; the name of the file."""
    sent = FileBody(request)
    with await asyncio.to_thread(path.open, "wb") as file:
        try:
            await copy(sent.blocks(), file, LARGEST, TOLD)
        except ClientDisconnect:
            raise Malformed("The file did not come whole; send it again.") from None
    given = request.query_params.get("name") or sent.name or "file"
    name = "".join(char for char in given.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    return name[:LONGEST_NAME] or "file"


async def remove_table(request: Request) -> Response:
    async with opened(request) as ctx:
        made = await imports.remove_table(ctx, id_of(request), number_of(request.path_params["number"]))
        return answer(told(await state_of(ctx, made)))


async def show(request: Request) -> Response:
    """The first rows of a table as they would be taken."""
    async with opened(request) as ctx:
        one = await find_import(ctx, id_of(request))
        table = one.table(number_of(request.query_params.get("table", "")))
        folder = folder_of(data_folder(request), one.id)
        return answer(await asyncio.to_thread(preview, ctx.access, table, folder, ctx.workspace.currency))


async def check(request: Request) -> Response:
    return await begun(request, dry=True)


async def start(request: Request) -> Response:
    return await begun(request, dry=False)


async def begun(request: Request, *, dry: bool) -> Response:
    async with opened(request) as ctx:
        data_folder(request)
        made = await imports.begin(ctx, id_of(request), dry=dry)
        return answer(told(await state_of(ctx, made)), 202)


async def rows(request: Request) -> Response:
    which = request.path_params["which"]
    async with opened(request) as ctx:
        one = await find_import(ctx, id_of(request))
        if which not in SETS:
            raise NotFound(f"An import has {', '.join(SETS)}.")
        number = number_of(request.query_params.get("table", ""))
        entries, header = await imports.rows_of(ctx, data_folder(request), one, number, which)
        return stream(as_csv(entries, which, header), "text/csv; charset=utf-8", f"{which}.csv")


async def read_targets(request: Request) -> Response:
    """What columns can go into, by what rows can be matched, and of which kinds fields can be made."""
    async with opened(request) as ctx:
        object_ = ctx.access.object(ctx.access.present_object(request.query_params.get("object", "")), "create")
        document = {
            "targets": list(targets(ctx.access, object_)),
            "match": matchable(ctx.access, object_),
            "kinds": kinds_to_make(ctx.access),
        }
        return answer(document)


# -- telling ----------------------------------------------------------------------------------


def told(state: State) -> dict[str, Any]:
    one = state.kept
    return {
        "id": one.id, "label": one.label, "status": state.status, "created_at": utc(one.created_at), "by": one.actor,
        "by.name": state.by, "undone": state.undone, "tables": tables_of(one), "job": state.job, "check": one.checked,
        "run": None if one.cause is None else {"job": one.cause, **(one.ran or {})},
    }  # fmt: skip


def tables_of(one: Kept) -> list[dict[str, Any]]:
    return [
        {
            "number": table.number, "file": table.file, "sheet": table.sheet, "format": table.format, "notes": list(table.notes),
            "rows": table.rows, "layout": table.layout,
            "columns": list(table.columns), "plan": table.plan.told(),
        }
        for table in one.tables
    ]  # fmt: skip


def without_columns(document: dict[str, Any]) -> dict[str, Any]:
    """Short enough for a list."""
    named = ("number", "file", "sheet", "format", "rows", "layout")
    tables = [{**{key: table[key] for key in named}, "object": table["plan"]["object"]} for table in document["tables"]]
    accounts = {name: counts_of(document[name]) for name in ("check", "run")}
    return {**document, **accounts, "tables": tables}


def counts_of(account: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if account is None else {key: value for key, value in account.items() if key != "tables"}


def utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def id_of(request: Request) -> str:
    return checked_import_id(request.path_params["id"])


def number_of(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or len(given) > 9:
        raise NotFound(f"There is no table «{given[:40]}»: name it by its number.")
    return int(given)


def page_of(request: Request) -> tuple[int, str | None]:
    given = request.query_params.get("limit", "50")
    faults = []
    if not given.isascii() or not given.isdecimal() or not 0 < int(given[:9]) <= MOST:
        faults.append(Fault("/limit", "out_of_range", f"A page has 1 to {MOST} imports."))
    after = request.query_params.get("after")
    try:
        place = checked_id(after) if after else None
    except BadValue as error:
        faults += [fault.below("/after") for fault in error.faults]
    if faults:
        raise Invalid(faults)
    return int(given), place


def operation(name: str, summary: str, answers: dict[int, Any], **more: Any) -> Operation:
    return Operation(name=name, summary=summary, tag="imports", answers=answers, **more)


NUMBER = query("table", "The table, by its number.", WHOLE)
ROUTES = [
    Described("GET", "/imports", listed, operation(
        "imports", "Your imports, of administrators all, the newest first", {200: IMPORTS},
        query=(query("limit", "How many.", whole(1, MOST, 50)), query("after", "«next» of the page before.", TEXT)),
    )),
    Described("POST", "/imports", create, operation(
        "create_import", "Begin an import", {201: IMPORT}, body=LABEL, example={"label": "Contacts of the fair"},
        headers=("Location",), refusals=(409,),
    )),
    Described("GET", "/imports/targets", read_targets, operation(
        "import_targets", "What columns can go into", {200: TARGETS}, query=(query("object", "Of which object.", TEXT),), refusals=(404,),
    )),
    Described("GET", "/imports/{id}", read, operation("import", "An import with its tables, plans and accounts", {200: IMPORT})),
    Described("PATCH", "/imports/{id}", change, operation(
        "change_import", "Decide where columns go and what becomes of rows", {200: IMPORT}, body=PLANS,
        example={"label": "Contacts of the fair"}, refusals=(409,),
        help="What a plan does not name stays as it is; another object alone guesses the columns anew.",
    )),
    Described("DELETE", "/imports/{id}", remove, operation(
        "delete_import", "Forget an import with its files; records stay", {204: None}, refusals=(409,),
    )),
    Described("POST", "/imports/{id}/files", add_file, operation(
        "add_import_file", "Add a file: its tables come with guessed plans", {201: IMPORT}, body={}, media=(ANY,),
        query=(query("name", "What the file is called.", TEXT),), refusals=(409, 413),
    )),
    Described("DELETE", "/imports/{id}/tables/{number}", remove_table, operation(
        "remove_import_table", "Take a table out again", {200: IMPORT}, refusals=(409,),
    )),
    Described("GET", "/imports/{id}/preview", show, operation(
        "preview_import", "The first rows of a table as they would be taken", {200: PREVIEW}, query=(NUMBER,),
    )),
    Described("POST", "/imports/{id}/check", check, operation(
        "check_import", "Try the whole import: nothing is written", {202: IMPORT}, refusals=(409,),
    )),
    Described("POST", "/imports/{id}/start", start, operation(
        "start_import", "Carry it out as a job, which is the cause of all its changes", {202: IMPORT}, refusals=(409,),
        help="Undone by its cause: `POST /undo` with the job of `run`.",
    )),
    Described("GET", "/imports/{id}/rows/{which}", rows, operation(
        "import_rows", "The rows of a table that succeeded, failed or were not reached",
        {200: FAILED}, help="«which» is succeeded, failed or unprocessed. Failed rows can be mended and sent again as they are.",
        query=(NUMBER,), told=("text/csv",), refusals=(410,),
    )),
]  # fmt: skip
