"""A backup may come from anybody: what is damaged, lies or wants out of its place is refused in a sentence."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relata.errors import SetupError
from relata.kernel.backup.manifest import FORMAT, File, Manifest, Part, Sequence, Space, Table, is_path
from relata.kernel.backup.packing import GZIP, MANIFEST, MANIFEST_HASH, Packer
from relata.kernel.backup.restoring import begin, verify
from relata.kernel.backup.unpacking import opened

ROWS = b"one\ttwo\n" * 50_000
GONE = "0" * 64


def silent(_name: str, _count: int) -> None: ...


def written(path: Path, **changed: Any) -> Manifest:
    """A small backup whose manifest says what it should, except for what is `changed`."""
    with path.open("w+b") as file:
        packer, made = Packer(file), list[Part]()
        for content in (ROWS, b"a file"):
            with packer.part(made) as sink:
                sink.write(content)
        table = Table("ws_a", "account", {"id": "uuid", "name": "text"}, [], 50_000, made[0])
        manifest = Manifest(
            FORMAT, "1", "2026-01-01T00:00:00Z", "1", "18", 1, [Space("a", "ws_a", 1, 1)], [table], [File("bulk/x", made[1])]
        )  # fmt: skip
        manifest = msgspec.structs.replace(manifest, **{key: value(manifest) for key, value in changed.items()})
        packer.finish(manifest)
    return manifest


def packed(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with path.open("wb") as file:
        for info, content in members:
            info.size = len(content)
            file.write(info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512))
        file.write(bytes(1024))


def table(**changed: Any) -> Callable[[Manifest], list[Table]]:
    return lambda manifest: [msgspec.structs.replace(manifest.tables[0], **changed)]


def part(**changed: Any) -> Callable[[Manifest], list[Table]]:
    return lambda m: [msgspec.structs.replace(m.tables[0], part=msgspec.structs.replace(m.tables[0].part, **changed))]


def file(path: str) -> Callable[[Manifest], list[File]]:
    return lambda manifest: [msgspec.structs.replace(manifest.files[0], path=path)]


def refused(path: Path) -> str:
    with pytest.raises(SetupError) as caught, opened(path) as archive:
        verify(archive, silent)
    return caught.value.message


def test_what_was_written_is_sound(tmp_path: Path) -> None:
    manifest = written(tmp_path / "b")
    with opened(tmp_path / "b") as archive:
        verify(archive, silent)
        assert archive.manifest == manifest
        assert b"".join(archive.read(manifest.tables[0].part)) == ROWS


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"format": lambda _: 9}, "newer Relata"),
        ({"version": lambda _: 99}, "newer Relata"),
        ({"workspaces": lambda _: [Space("a", "ws_a", 99, 1)]}, "newer Relata"),
        ({"workspaces": lambda _: [Space("a", "pg_catalog", 1, 1)]}, "no workspace"),
        ({"workspaces": lambda _: [Space('a"; drop', 'ws_a"; drop', 1, 1)]}, "no workspace"),
        ({"tables": table(schema="public")}, "in none of its workspaces"),
        ({"tables": table(name='x" (id uuid); drop')}, "none of ours"),
        ({"tables": table(columns={"id": "uuid default pg_sleep(9)"})}, "has the type"),
        ({"tables": table(columns={'a" int); --': "text"})}, "is no column"),
        ({"tables": table(sequences=[Sequence("other", 1, called=True)])}, "has no column"),
        ({"tables": lambda m: [*m.tables, *m.tables]}, "is there twice"),
        ({"tables": lambda _: []}, "are not those that its manifest names"),
        ({"tables": part(name="../../etc/passwd")}, "none of ours"),
        ({"tables": part(size=10)}, "more than its manifest declares"),
        ({"tables": part(size=10**15)}, "is not what was written"),
        ({"tables": part(sha256=GONE)}, "is not what was written"),
        ({"files": file("../outside")}, "no path within"),
        ({"files": file("/etc/passwd")}, "no path within"),
        ({"files": file("postgres/pg_hba.conf")}, "no path within"),
        ({"files": file("relata.toml")}, "no path within"),
        ({"files": file("bulk/../../x")}, "no path within"),
        ({"files": file("bulk\\..\\x")}, "no path within"),
    ],
)
def test_a_manifest_that_lies_is_refused(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    written(tmp_path / "b", **changed)
    assert sentence in refused(tmp_path / "b")


@given(st.text(max_size=30) | st.lists(st.sampled_from(["..", ".", "", "a", "postgres", "/", "C:"])).map("/".join))
def test_no_path_that_is_taken_leads_out_of_the_data_directory(path: str) -> None:
    base = Path("/data")
    if is_path(path):
        inside = Path("/data", path)
        assert inside.is_relative_to(base)
        assert ".." not in inside.parts
        assert inside.relative_to(base).parts[0] != "postgres"


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME]
)
def test_members_that_are_no_plain_parts_are_refused(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("part/1.gz")
    info.type = kind
    packed(tmp_path / "b", [(info, b"")])
    assert "which no backup does" in refused(tmp_path / "b")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "part/../../x.gz", "part/1.gz\n"])
def test_members_with_other_names_are_refused(tmp_path: Path, name: str) -> None:
    packed(tmp_path / "b", [(tarfile.TarInfo(name), b"x")])
    assert "which no backup does" in refused(tmp_path / "b")


def test_a_bomb_ends_at_what_its_manifest_declares(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, GZIP)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(60)) + packer.flush()
    manifest = written(tmp_path / "real")
    text = msgspec.structs.replace(manifest, files=[], tables=part(size=1_000)(manifest)).bytes()
    hashed = sha256(text).hexdigest().encode()
    packed(
        tmp_path / "b",
        [
            (tarfile.TarInfo("part/1.gz"), bomb),
            (tarfile.TarInfo(MANIFEST), text),
            (tarfile.TarInfo(MANIFEST_HASH), hashed),
        ],
    )
    taken = io.BytesIO()
    with opened(tmp_path / "b") as archive, pytest.raises(SetupError, match="more than its manifest declares"):
        taken.writelines(archive.read(archive.manifest.tables[0].part))
    assert taken.tell() <= 1_000


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.9, 0.99])
def test_a_backup_that_is_cut_off_anywhere_is_refused(tmp_path: Path, kept: float) -> None:
    written(tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    end = whole.rindex(MANIFEST_HASH.encode())
    (tmp_path / "b").write_bytes(whole[: int(end * kept)])
    assert "take another one" in refused(tmp_path / "b")


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_byte_that_changed_is_found_or_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, place: float, flip: int
) -> None:
    path = tmp_path_factory.mktemp("flip") / "b"
    manifest = written(path)
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= flip
    path.write_bytes(content)
    try:
        with opened(path) as archive:
            verify(archive, silent)
            assert archive.manifest == manifest
    except SetupError:
        pass


def test_files_are_unpacked_below_the_folder_of_the_restore_alone(tmp_path: Path) -> None:
    written(tmp_path / "b")
    with opened(tmp_path / "b") as archive:
        begin(tmp_path / "restoring", archive, silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "restoring"]
    assert (tmp_path / "restoring/files/bulk/x").read_bytes() == b"a file"
