"""The data directory carries its format, so that an older Relata never writes into a newer one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from relata.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
FORMAT_FILE = "format"
UNDER_WAY = "restoring"
"""The folder in which a restore keeps what is not finished yet."""


def claim_data_directory(data_dir: Path) -> None:
    """Create the data directory (mode 0700) or make sure that this version understands it.

    Raises SetupError when it was written by a newer Relata or cannot be written.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = read_format(data_dir)
        if written is None:
            _write_format(data_dir)
        elif written > FORMAT:
            raise SetupError(
                f"The data directory {data_dir} was written by a newer Relata (format {written}, "
                f"this one knows {FORMAT}): update Relata, or choose another folder with "
                "RELATA_DATA_DIR."
            )
    except OSError as error:
        raise SetupError(unusable(data_dir, error)) from error


def read_format(data_dir: Path) -> int | None:
    """The format that the directory says it has, or None where it says nothing."""
    try:
        text = (data_dir / FORMAT_FILE).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not text.isdigit():
        raise SetupError(
            f"{data_dir / FORMAT_FILE} says “{text[:40]}” where a number belongs: restore it from "
            "a backup, or choose another folder with RELATA_DATA_DIR."
        )
    return int(text)


def refuse_unfinished(data_dir: Path) -> None:
    """Raises SetupError where a restore was interrupted: half of a backup must not be served."""
    if (data_dir / UNDER_WAY).exists():
        raise SetupError(
            f"A restore into {data_dir} is under way or was interrupted: run the same “relata restore” again, "
            "or choose another folder with RELATA_DATA_DIR."
        )


def unusable(place: Path, error: OSError) -> str:
    """The sentence for a folder that the operating system refuses."""
    reason = (error.strerror or str(error)).lower()
    return (
        f"The data directory {place} cannot be used ({reason}): make it writable and give it "
        "room, or choose another folder with RELATA_DATA_DIR."
    )


def _write_format(data_dir: Path) -> None:
    """Written beside and renamed, so that a crash leaves either no file or a whole one."""
    beside = data_dir / f"{FORMAT_FILE}.{os.getpid()}.new"
    beside.write_text(f"{FORMAT}\n", encoding="ascii")
    beside.rename(data_dir / FORMAT_FILE)
