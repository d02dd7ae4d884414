from __future__ import annotations

from tests.lint.house_rules import LONGEST, faults_in


def test_an_import_of_ours_inside_a_function_is_a_fault() -> None:
    text = "def read():\n    from relata.errors import Invalid\n    return Invalid\n"
    assert faults_in("src/relata/x.py", text) == [(2, "an import of ours inside a function")]


def test_an_import_at_the_top_or_of_a_library_is_none() -> None:
    text = "import relata\n\ndef read():\n    import json\n    return json\n"
    assert faults_in("src/relata/x.py", text) == []


def test_an_inner_import_is_told_once_however_deep_it_lies() -> None:
    text = "def outer():\n    def inner():\n        import relata.errors\n"
    assert faults_in("x.py", text) == [(3, "an import of ours inside a function")]


def test_a_file_that_is_too_long_is_a_fault_and_prose_may_be_long() -> None:
    text = "x = 1\n" * (LONGEST + 1)
    assert [line for line, _ in faults_in("src/relata/x.py", text)] == [LONGEST]
    assert faults_in("docs/x.md", text) == []


def test_a_path_of_one_machine_is_a_fault() -> None:
    machine = "{}root/relata".format("/")
    assert faults_in("docs/x.md", f"Look in {machine}.\n") == [(1, "a path of one machine")]
    assert faults_in("docs/x.md", "See https://example.org/root/page and ./work/here.\n") == []
