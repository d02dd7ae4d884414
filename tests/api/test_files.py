"""Files on their way: what is taken in and what is refused."""

from __future__ import annotations

import asyncio
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from starlette.requests import ClientDisconnect

from relata.api import files
from relata.api.file_body import FileBody
from relata.kernel.files.image import PIXELS
from tests.uploads import attached, picture, stored, upload, with_files
from tests.world import World

JPEG_WITH_PLACE = 0x8825
"""The EXIF tag of the place at which a photograph was taken."""


@pytest.fixture(scope="module")
def world(module_world: World) -> World:
    return with_files(module_world)


def test_a_file_is_uploaded_attached_and_read_again(world: World) -> None:
    headers = {"content-disposition": "attachment; filename=\"x\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"}
    made = world.nora.post("/files", content=b"hello", headers=headers)
    assert made == {"id": made["id"], "name": "Größe.txt", "type": "text/plain", "size": 5}
    account = world.nora.create("account", name="Vale", papers=made["id"])
    assert account["papers"] == [made]
    here = f"/records/account/{account['id']}/files/papers/{made['id']}"
    answer = world.mei("GET", here)
    assert (answer.status_code, answer.content) == (200, b"hello")
    told = answer.headers
    assert told["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"
    assert told["content-type"] == "text/plain; charset=utf-8"
    assert told["x-content-type-options"] == "nosniff"
    assert told["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert told["cross-origin-resource-policy"] == "same-origin"
    assert world.mei("GET", here, headers={"if-none-match": told["etag"]}).status_code == 304
    for asked, status, content in (
        ("bytes=1-3", 206, b"ell"), ("bytes=-2", 206, b"lo"), ("bytes=3-", 206, b"lo"), ("bytes=0-99", 206, b"hello"),
        ("bytes=9-", 416, b""), ("bytes=3-1", 416, b""), ("bytes=0-0,2-2", 200, b"hello"), ("lines=1", 200, b"hello"),
    ):  # fmt: skip
        part = world.mei("GET", here, headers={"range": asked})
        assert (part.status_code, part.content) == (status, content), asked
    assert world.mei("GET", here, headers={"range": "bytes=1-3", "if-range": '"other"'}).content == b"hello"
    assert world.mei("GET", f"{here}?inline=true").headers["content-disposition"].startswith("inline")
    same = world.nora.patch(f"/records/account/{account['id']}", {"papers": account["papers"]})
    assert same["version"] == account["version"]
    named = world.nora.patch(
        f"/records/account/{account['id']}", {"papers": [{"id": made["id"], "name": "../a/b.txt"}]}
    )
    assert named["papers"][0]["name"] == "b.txt"


@pytest.mark.parametrize(
    ("name", "content", "type_"),
    [
        ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        ("a.png", b"\n <!DOCTYPE html><script>alert(1)</script>", "text/html"),
        ("a.html", b"plain words", "text/plain"),
        ("a.csv", b"name,size\nVale,3\n", "text/csv"),
        ("a.csv", b"\0\1\2", "application/octet-stream"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        ("x.jpg", b"MZ\x90\0\3\0\0\0", "application/vnd.microsoft.portable-executable"),
    ],
)
def test_the_type_of_a_file_is_told_by_its_bytes_and_nothing_runs_in_a_browser(
    world: World, name: str, content: bytes, type_: str
) -> None:
    here, id_ = attached(world.nora, content, name)
    assert world.nora.get(f"/records/account/{id_}")["papers"][0]["type"] == type_
    answer = world.nora("GET", f"{here}?inline=true")
    if type_ in ("image/svg+xml", "text/html", "application/vnd.microsoft.portable-executable"):
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content == content
    refused = world.nora.faults("PATCH", f"/records/account/{id_}", {"logo": upload(world.nora, content, name)["id"]})
    assert refused == {"/logo/0": "bad_type"}


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP"])
def test_images_are_written_anew_upright_and_say_nothing_of_where_they_were_taken(world: World, format_: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(JPEG_WITH_PLACE)[1] = "N"
    script = b"<script>alert(1)</script>"
    more: dict[str, Any] = {} if format_ == "GIF" else {"exif": exif}
    more |= {"comment": script} if format_ in ("JPEG", "GIF") else {}
    sent = picture(format_, **more)
    here, id_ = attached(world.nora, sent + script, "photo.html", "logo")
    held = world.nora.get(f"/records/account/{id_}")["logo"][0]
    size = (40, 20) if format_ == "GIF" else (20, 40)
    assert (held["type"], held["width"], held["height"]) == (f"image/{format_.lower()}", *size)
    answer = world.nora("GET", f"{here}?inline=true")
    assert answer.headers["content-disposition"].startswith("inline")
    assert b"script" not in answer.content
    with Image.open(BytesIO(answer.content)) as image:
        assert (image.format, image.size) == (format_, size)
        assert not image.getexif()
    with Image.open(BytesIO(world.nora("GET", f"{here}?preview=true").content)) as small:
        assert small.format == "WEBP"


def test_animations_stay_animations(world: World) -> None:
    frames = [Image.new("RGB", (30, 30), (n * 80, 0, 0)) for n in range(3)]
    sent = BytesIO()
    frames[0].save(sent, "GIF", save_all=True, append_images=frames[1:], duration=70, loop=0)
    here, _ = attached(world.nora, sent.getvalue(), "a.gif", "logo")
    with Image.open(BytesIO(world.nora("GET", here).content)) as image:
        assert (image.n_frames, image.info["duration"]) == (3, 70)  # type: ignore[attr-defined]  # of its format


def bomb() -> bytes:
    """A small file that says it is a huge image."""
    content = bytearray(picture())
    content[16:24] = (50_000).to_bytes(4) * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty"),
        (picture("JPEG", (300, 300))[:700], 422, "bad_image"),
        (picture()[:40], 422, "bad_image"),
        (b"GIF89a/*\0" + b"x" * 50, 422, "bad_image"),
        (bomb(), 422, "too_large"),
        (picture("PNG", (PIXELS // 5_000 + 1, 5_000)), 422, "too_large"),
    ],
    ids=["empty", "half a JPEG", "half a PNG", "no GIF", "bomb", "many pixels"],
)
def test_what_cannot_be_taken_in_is_refused_and_leaves_nothing(
    world: World, content: bytes, status: int, code: str
) -> None:
    before = stored(world)
    answer = world.nora("POST", "/files", files={"file": ("x.png", content)})
    assert (answer.status_code, [fault["code"] for fault in answer.json()["errors"]]) == (status, [code])
    assert stored(world) == before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../x", "x"), ("C:\\temp\\a.txt", "a.txt"), ("exe\u202etxt.doc", "exetxt.doc"), ("\u200b.htaccess", "htaccess"), ("..", "file"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"), ("a\r\nset-cookie: x", "a set-cookie_ x"), ("\0", "file"), ("e\u0301.txt", "é.txt"),
    ],
)  # fmt: skip
def test_names_are_clean_before_they_are_kept(world: World, sent: str, kept: str) -> None:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(sent)}"}
    made = world.nora.post("/files", content=b"x", headers=headers)
    assert made["name"] == kept
    account = world.nora.create("account", name="Vale", papers=made["id"])
    answer = world.nora("GET", f"/records/account/{account['id']}/files/papers/{made['id']}")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote(kept)}"


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"nothing",
        b"--b\r\n\r\n",
        b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name=a; filename="x"\r\n\r\nx\r\n' * 2 + b"--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name=a; filename="x"\r\n\r\nhalf',
    ],
)
def test_a_form_that_is_no_single_file_is_refused(world: World, form: bytes) -> None:
    before = stored(world)
    answer = world.nora("POST", "/files", content=form, headers={"content-type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith(("Send one file", "The form cannot be read"))
    assert stored(world) == before


def test_a_file_beyond_the_limit_is_refused_with_or_without_its_length(world: World) -> None:
    running = world.client.app.state.places.home  # type: ignore[attr-defined]  # of Starlette
    largest, running.largest_file = running.largest_file, 10
    before = stored(world)
    try:
        for options in (
            {"content": b"x" * 11},
            {"content": iter([b"x" * 6, b"x" * 6])},
            {"files": {"f": ("a", b"x" * 11)}},
        ):
            answer = world.nora("POST", "/files", **options)
            assert answer.status_code == 413
            assert "RELATA_FILE_MEGABYTES" in answer.json()["detail"]
        upload(world.nora, b"x" * 10)
    finally:
        running.largest_file = largest
    assert len(stored(world)) == len(before) + 1


def test_an_upload_that_breaks_off_leaves_nothing(world: World) -> None:
    async def gone() -> Any:
        yield b"half"
        raise ClientDisconnect

    class Broken(FileBody):
        def blocks(self) -> Any:
            return gone()

    before = stored(world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "FileBody", Broken)
        answer = world.nora("POST", "/files", content=b"x")
    assert answer.status_code == 400
    assert "did not come whole" in answer.json()["detail"]
    assert stored(world) == before


def test_the_same_bytes_are_kept_once_also_when_they_come_at_once(world: World) -> None:
    content = f"twice {time.time_ns()}".encode()
    before = stored(world)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: upload(world.nora, content, f"{n}.txt"), range(4)))
    assert len({file["id"] for file in made}) == 4
    assert len(stored(world)) == len(before) + 1


def test_an_upload_under_a_key_runs_once(world: World) -> None:
    key = {"idempotency-key": "one file"}
    made = [world.nora.post("/files", files={"file": ("a.txt", b"keyed")}, headers=key) for _ in range(2)]
    assert made[0] == made[1]
    assert world.nora.faults("POST", "/files", files={"file": ("a.txt", b"other")}, headers=key) == {"": "key_reused"}


def test_the_server_goes_on_answering_while_images_are_decoded(world: World) -> None:
    large = picture("JPEG", (6_000, 5_000))

    async def both() -> tuple[int, int]:
        first = asyncio.to_thread(world.nora, "POST", "/files", files={"f": ("a.jpg", large)})
        decoded, told = await asyncio.gather(first, asyncio.to_thread(world.nora, "GET", "/me"))
        return decoded.status_code, told.status_code

    assert asyncio.run(both()) == (201, 200)
