"""Files for the tests: something to upload, and where it goes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.world import Caller, World, data_dir


def with_files(world: World) -> World:
    """Accounts and tasks with papers and a logo."""
    for name in ("account", "task"):
        for field in ({"name": "papers", "kind": "file"}, {"name": "logo", "kind": "image"}):
            world.nora.post(f"/objects/{name}/fields", field)
    return world


def picture(format_: str = "PNG", size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, format_, **more)
    return made.getvalue()


def upload(caller: Caller, content: bytes, name: str = "offer.txt") -> dict[str, Any]:
    made: dict[str, Any] = caller.post("/files", files={"file": (name, content)})
    return made


def attached(
    caller: Caller, content: bytes = b"hello", name: str = "offer.txt", field: str = "papers"
) -> tuple[str, str]:
    """The address of a file of a new account, and the account's id."""
    file = upload(caller, content, name)
    account = caller.create("account", name="Vale", **{field: file["id"]})
    return f"/records/account/{account['id']}/files/{field}/{file['id']}", account["id"]


def stored(world: World) -> list[Path]:
    return sorted(path for path in (data_dir(world.conninfo) / "files").rglob("*") if path.is_file())
