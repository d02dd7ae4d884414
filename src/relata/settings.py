"""Every setting of Relata: its name, type, default and one line of help, read once at the start.

A setting `port` is taken from the variable `RELATA_PORT`, else from `port` in a `relata.toml` of
the working directory, else from the one in the data directory, else from its default. All faults
are told at once.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relata.errors import Fault, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PREFIX = "RELATA_"
FILE_NAME = "relata.toml"

OTHER_VARIABLES = {
    "RELATA_CHROMIUM": "the Chromium program that the browser tests use",
    "RELATA_FAILPOINT": "the point at which a test of crashes kills the process",
    "RELATA_SKIP_UI": "1 installs Relata without building its interface",
}
"""Variables that are read beside the program (installation, tests), so they are no faults."""

HOME = "main"
"""The name of the database that is always there."""
FOLDER = "databases"
"""Where in the data directory the files of the others lie, each in a folder of its name."""
DATABASE = re.compile(r"[a-z][a-z0-9_]{0,29}")
LOG_LEVELS = ("debug", "info", "warning", "error")


def read_settings(environment: Mapping[str, str], directory: Path) -> Settings:
    """The settings from `environment` and the `relata.toml` of `directory` and data directory.

    Raises SetupError that names every unknown name and every value that cannot be used.
    """
    faults: list[Fault] = []
    written = _from_environment(environment, faults)
    beside = _from_file(directory / FILE_NAME, faults)
    default_data_dir = user_data_directory(environment)
    data_dir = _data_directory([written, beside], default_data_dir)
    within = _from_file(data_dir / FILE_NAME, faults) if data_dir != directory else {}
    values: dict[str, Any] = {"data_dir": default_data_dir}
    for spec in fields(Settings):
        for source in (written, beside, within):
            if spec.name in source:
                origin, raw = source[spec.name]
                try:
                    values[spec.name] = spec.metadata["read"](raw)
                except ValueError as error:
                    faults.append(Fault(f"/{spec.name}", "bad_setting", f"{origin} {error}"))
                break
    if faults:
        raise SetupError(_one_sentence(faults), faults)
    return Settings(**values)


def user_data_directory(environment: Mapping[str, str]) -> Path:
    """The platform's folder for application data (XDG base directories, or macOS' Library)."""
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Relata"
    base = environment.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else home / ".local" / "share") / "relata"


def setting_help() -> list[tuple[str, str, str]]:
    """One (variable, default, line of help) for each setting, in the order of the class."""
    return [(PREFIX + spec.name.upper(), _shown_default(spec), str(spec.metadata["help"])) for spec in fields(Settings)]


def _shown_default(spec: Field[Any]) -> str:
    if spec.name == "data_dir":
        return "the platform's user data folder"
    return "" if spec.default in (None, MISSING) else str(spec.default)


def _from_environment(environment: Mapping[str, str], faults: list[Fault]) -> dict[str, tuple[str, object]]:
    known = {PREFIX + spec.name.upper(): spec.name for spec in fields(Settings)}
    found: dict[str, tuple[str, object]] = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        if variable not in known:
            message = f"{variable} is no setting{_nearest(variable, [*known, *OTHER_VARIABLES])}"
            faults.append(Fault(f"/{variable}", "unknown_setting", message))
        elif value != "":
            found[known[variable]] = (f"{variable}={_shown(known[variable], value)}", value)
    return found


def _from_file(path: Path, faults: list[Fault]) -> dict[str, tuple[str, object]]:
    known = [spec.name for spec in fields(Settings)]
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        faults.append(Fault("", "bad_file", f"{path} cannot be read ({error})"))
        return {}
    for name in content:
        if name not in known:
            message = f"“{name}” in {path} is no setting{_nearest(name, known)}"
            faults.append(Fault(f"/{name}", "unknown_setting", message))
    return {
        name: (f"{name} = {_shown(name, value)} in {path}", value) for name, value in content.items() if name in known
    }


def _shown(name: str, value: object) -> str:
    """The value as a message may show it: an address with a password in it is never repeated."""
    return "…" if name in ("database_url", "databases") else str(value)


def _data_directory(sources: Iterable[Mapping[str, tuple[str, object]]], default: Path) -> Path:
    for source in sources:
        if "data_dir" in source:
            return _path(source["data_dir"][1])
    return default


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}" if close else ""


def _one_sentence(faults: list[Fault]) -> str:
    told = "; ".join(fault.message for fault in faults)
    return f"The settings need mending: {told}." if len(faults) > 1 else f"{told}."


def _path(value: object) -> Path:
    return Path(str(value)).expanduser().absolute()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 — one kind of error for all readers
    return value


def _database_url(value: object) -> str:
    text = _text(value)
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")
    return text


def _databases(value: object) -> dict[str, str]:
    """Name → address, from a table of a file, or from the words «name=address» of a variable."""
    pairs = value.items() if isinstance(value, dict) else [word.partition("=")[::2] for word in _text(value).split()]
    found: dict[str, str] = {}
    for name, address in pairs:
        if not DATABASE.fullmatch(name) or name == HOME or name in found:
            raise ValueError(
                "must give each database a name of its own, such as east=postgresql://…: small letters, digits and "
                f"underscores, not {HOME}"
            )
        found[name] = _database_url(address)
    return found


def _http_url(value: object) -> str:
    text = _text(value).rstrip("/")
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text


def _whole_number(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return number

    return read


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if str(value).lower() not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return str(value).lower()

    return read


def _setting(default: object, read: Callable[[object], object], help_line: str) -> Any:
    return field(default=default, metadata={"read": read, "help": help_line})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run; nothing reads the environment after this is made."""

    data_dir: Path = field(metadata={"read": _path, "help": "Folder of the embedded database, files and keys."})
    host: str = _setting("127.0.0.1", _text, "Address that the server listens on.")
    port: int = _setting(8000, _whole_number(0, 65535), "Port of the server; 0 takes any free one.")
    database_url: str | None = _setting(
        None, _database_url, "Address of a PostgreSQL of your own; without it one is embedded."
    )
    databases: Mapping[str, str] = field(
        default_factory=dict,
        metadata={
            "read": _databases,
            "help": "More databases that hold workspaces, as name=postgresql://… parted by spaces.",
        },
    )
    postgres_bin: Path | None = _setting(
        None, _path, "Folder with the PostgreSQL programs to embed instead of those installed."
    )
    workers: int = _setting(1, _whole_number(0, 64), "Worker processes that the server keeps running beside itself.")
    rate: int = _setting(0, _whole_number(0, 1_000_000), "Requests a second of each key or session; 0 is any number.")
    slow: int = _setting(
        1_000, _whole_number(0, 600_000), "Milliseconds from which requests and statements are logged; 0 logs none."
    )
    otlp_endpoint: str | None = _setting(
        None, _http_url, "Address of an OpenTelemetry collector (OTLP over HTTP); without it nothing is traced."
    )
    workspaces_held: int = _setting(
        300, _whole_number(1, 100_000), "Workspaces whose catalogs and caches a process holds at most."
    )
    file_megabytes: int = _setting(100, _whole_number(1, 10_000), "Megabytes that an uploaded file has at most.")
    log_level: str = _setting("info", _one_of(LOG_LEVELS), "Least severity that is logged.")

    def at(self, database: str) -> Settings:
        """The settings of one of the `databases`, which is an installation of its own with a folder of its own.

        Raises SetupError where there is none of that name.
        """
        if database == HOME:
            return replace(self, databases={})
        if database not in self.databases:
            names = ", ".join((HOME, *self.databases))
            raise SetupError(f"There is no database «{database}»; RELATA_DATABASES and the first one are: {names}.")
        folder = self.data_dir / FOLDER / database
        return replace(self, data_dir=folder, database_url=self.databases[database], databases={})

    def with_address(self, host: str | None, port: int | None) -> Settings:
        """The same settings with what the command line says of host and port."""
        return replace(self, host=host or self.host, port=self.port if port is None else port)
