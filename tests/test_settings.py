from __future__ import annotations

from pathlib import Path

import pytest

from relata.errors import SetupError
from relata.settings import Settings, read_settings, setting_help


def test_without_any_setting_the_defaults_hold(tmp_path: Path) -> None:
    settings = read_settings({"HOME": str(tmp_path), "XDG_DATA_HOME": ""}, tmp_path)
    assert (settings.port, settings.host, settings.workers) == (8000, "127.0.0.1", 1)
    assert settings.database_url is None
    assert settings.data_dir.is_relative_to(tmp_path)
    assert settings.data_dir.name.lower() == "relata"


def test_a_variable_wins_over_the_file_beside_it_over_the_file_in_the_data(tmp_path: Path) -> None:
    here, data = tmp_path / "here", tmp_path / "data"
    here.mkdir()
    data.mkdir()
    (here / "relata.toml").write_text(f'data_dir = "{data}"\nport = 2\nworkers = 2\n')
    (data / "relata.toml").write_text('port = 3\nworkers = 3\nhost = "::1"\n')
    settings = read_settings({"RELATA_PORT": "1"}, here)
    assert settings == Settings(data_dir=data, port=1, workers=2, host="::1")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "relata.toml").write_text('prot = 1\nlog_level = "loud"\n')
    variables = {
        "RELATA_DATA_DIR": str(tmp_path / "data"),
        "RELATA_PORT": "70000",
        "RELATA_DATABSE_URL": "x",
        "RELATA_DATABASE_URL": "mysql://me:secret@host/db",
    }
    with pytest.raises(SetupError) as caught:
        read_settings(variables, tmp_path)
    assert {fault.pointer for fault in caught.value.faults} == {
        "/RELATA_DATABSE_URL",
        "/prot",
        "/port",
        "/log_level",
        "/database_url",
    }
    message = caught.value.message
    assert "RELATA_DATABSE_URL is no setting; did you mean RELATA_DATABASE_URL" in message
    assert "RELATA_PORT=70000 must be a whole number from 0 to 65535" in message
    assert "must be one of debug, info, warning, error" in message
    assert "secret" not in message


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "relata.toml").write_text("port 8000")
    with pytest.raises(SetupError, match=r"relata.toml cannot be read \(.*line 1"):
        read_settings({"RELATA_DATA_DIR": str(tmp_path / "data")}, tmp_path)


def test_variables_of_tests_and_installation_are_no_faults(tmp_path: Path) -> None:
    variables = {"RELATA_SKIP_UI": "1", "RELATA_CHROMIUM": "/usr/bin/chromium", "HOME": "/"}
    assert read_settings(variables, tmp_path).port == 8000


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    variables = {"RELATA_PORT": "", "RELATA_DATA_DIR": str(tmp_path)}
    assert read_settings(variables, tmp_path).port == 8000


def test_a_relative_data_directory_becomes_absolute_and_home_is_known(tmp_path: Path) -> None:
    assert read_settings({"RELATA_DATA_DIR": "data"}, tmp_path).data_dir == Path.cwd() / "data"
    assert read_settings({"RELATA_DATA_DIR": "~/x"}, tmp_path).data_dir == Path.home() / "x"


def test_every_setting_has_its_line_of_help() -> None:
    rows = setting_help()
    assert ("RELATA_PORT", "8000", "Port of the server; 0 takes any free one.") in rows
    assert all(line.endswith(".") for _, _, line in rows)
