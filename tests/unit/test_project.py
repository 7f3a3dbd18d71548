from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.errors import ConfigurationError, UsageError
from tapecheck.project import Project, find_project, relative_to_here, working_directory

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a pyproject.toml and return its folder."""

    def written(text: str) -> Path:
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return written


def test_all_settings(write: Write) -> None:
    folder = write(
        "[tool.tapecheck]\n"
        'contracts = "c"\ncassettes = ["a", "b/c.yaml"]\nselect = ["TC1"]\nignore = ["TC104"]\n'
        'record = "tests/test_{provider}.py"\n'
        'ignore-request-paths = ["/user", "?key"]\nfirst-party = ["app"]\n'
        '[tool.tapecheck.per-file-ignores]\n"old/*" = ["TC1", "TC302"]\n'
    )
    assert find_project(folder) == Project(
        contracts=folder / "c",
        cassettes=(folder / "a", folder / "b/c.yaml"),
        select=("TC1",),
        ignore=("TC104",),
        per_file_ignores={"old/*": ("TC1", "TC302")},
        root=folder,
        record="tests/test_{provider}.py",
        ignore_request_paths=("/user", "?key"),
        first_party=("app",),
    )


@pytest.mark.parametrize("text", ["", "[tool]\n", "[tool.other]\na = 1\n", "tool = 3\n"])
def test_a_file_that_does_not_speak_of_tapecheck(write: Write, text: str) -> None:
    assert find_project(write(text)) == Project()


def test_an_empty_table_ends_the_search(write: Write) -> None:
    folder = write("[tool.tapecheck]\nignore = ['TC1']\n")
    (folder / "below").mkdir()
    (folder / "below/pyproject.toml").write_text("[tool.tapecheck]\n", encoding="utf-8")
    assert find_project(folder / "below") == Project(root=folder / "below")


def test_the_nearest_file_with_the_table_counts(write: Write) -> None:
    folder = write('[tool.tapecheck]\ncassettes = ["tapes"]\n')
    below = folder / "a/b"
    below.mkdir(parents=True)
    (folder / "a/pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    (below / "pyproject.toml").mkdir()
    assert find_project(below).cassettes == (folder / "tapes",)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "[tool.tapecheck]\n\ncasettes = []\n",
            3,
            "tool.tapecheck.casettes: the setting is unknown; known are contracts, ",
        ),
        ("[tool.tapecheck]\ncontracts = 3\n", 2, "tool.tapecheck.contracts: expected a path, got 3"),
        ("[tool.tapecheck]\nrecord = 3\n", 2, "tool.tapecheck.record: expected a path with {provider} in it, got 3"),
        (
            "[tool.tapecheck]\nrecord = 'a'\n",
            2,
            "tool.tapecheck.record: expected a path with {provider} in it, got 'a'",
        ),
        (
            "[tool.tapecheck]\nignore-request-paths = ['user']\n",
            2,
            "tool.tapecheck.ignore-request-paths: expected JSON pointers such as '/user', '?name', or scheme, host",
        ),
        ("[tool.tapecheck]\ncontracts = ['a']\n", 2, "tool.tapecheck.contracts: expected a path, got ['a']"),
        ('[tool.tapecheck]\ncassettes = "a"\n', 2, "tool.tapecheck.cassettes: expected an array of strings, got 'a'"),
        ("[tool.tapecheck]\ncassettes = [\n1]\n", 2, "tool.tapecheck.cassettes: expected an array of strings, got [1]"),
        ("[tool.tapecheck]\nselect = true\n", 2, "tool.tapecheck.select: expected an array of strings, got True"),
        ("[tool.tapecheck]\nselect = ['TX']\n", 2, "tool.tapecheck.select: 'TX' is no code of a finding"),
        ("[tool.tapecheck]\nignore = ['TC1', 'TC9']\n", 2, "tool.tapecheck.ignore: 'TC9' is no code of a finding"),
        ("[tool.tapecheck]\nignore = ['']\n", 2, "tool.tapecheck.ignore: '' is no code of a finding"),
        (
            "[tool.tapecheck]\nper-file-ignores = []\n",
            2,
            "tool.tapecheck.per-file-ignores: expected a table of patterns",
        ),
        (
            '[tool.tapecheck]\n[tool.tapecheck.per-file-ignores]\n"a" = ["TC1"]\n"*.b" = "TC1"\n',
            4,
            "tool.tapecheck.per-file-ignores.\"*.b\": expected an array of strings, got 'TC1'",
        ),
        (
            '[tool.tapecheck]\nper-file-ignores = { a = ["TC9"] }\n',
            2,
            "tool.tapecheck.per-file-ignores.a: 'TC9' is no code of a finding",
        ),
        ("[tool]\ntapecheck = 3\n", 2, "tool.tapecheck: expected a table, got 3"),
        ("[[tool.tapecheck]]\na = 1\n", 1, "tool.tapecheck: expected a table, got "),
        ("a = 1\n[tool.tapecheck\n", 2, "not TOML: "),
    ],
)
def test_a_wrong_setting_is_told(write: Write, text: str, line: int, message: str) -> None:
    folder = write(text)
    with pytest.raises(ConfigurationError) as caught:
        find_project(folder)
    assert caught.value.message.startswith(message)
    assert (caught.value.path, caught.value.line) == (folder / "pyproject.toml", line)


def test_a_file_that_is_no_text(write: Write) -> None:
    folder = write("")
    (folder / "pyproject.toml").write_bytes(b"a = 1\nb = '\xff'")
    with pytest.raises(ConfigurationError, match="not UTF-8: invalid start byte") as caught:
        find_project(folder)
    assert caught.value.line == 2


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write("")

    def refuse(path: Path, encoding: str) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ConfigurationError, match="cannot be read: Permission denied"):
        find_project(folder)


def test_the_tests_of_a_provider(write: Write) -> None:
    folder = write('[tool.tapecheck]\nrecord = "tests/{provider}/test_{provider}.py"\n')
    assert find_project(folder).tests_of("p") == folder / "tests/p/test_p.py"


@pytest.mark.parametrize("project", [Project(), Project(root=Path("a")), Project(record="{provider}")])
def test_nothing_says_where_the_tests_are(project: Project) -> None:
    with pytest.raises(UsageError, match="no setting `record` says where the tests of a provider are"):
        project.tests_of("p")


def test_paths_below_the_working_directory_are_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere = tmp_path.parent / "elsewhere"
    assert relative_to_here([tmp_path / "a/b", elsewhere]) == (Path("a/b"), elsewhere)


def test_a_working_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", gone)
    with pytest.raises(UsageError, match="the working directory cannot be found: No such file or directory"):
        working_directory()


def test_a_file_that_nests_too_deep_is_told(write: Write) -> None:
    folder = write("a = " + "[" * 10_000)
    with pytest.raises(ConfigurationError, match="nests too deep to be read") as caught:
        find_project(folder)
    assert caught.value.path == folder / "pyproject.toml"


def test_secrets_of_deliveries(write: Write) -> None:
    folder = write("[tool.tapecheck.webhook-secrets]\na = 'one'\nb = ['two', 'three']\n")
    project = find_project(folder)
    assert project.webhook_secrets == {"a": ("one",), "b": ("two", "three")}
    assert "two" not in repr(project)


@pytest.mark.parametrize("value", ["12345", "['12345', 1]", "[]", "''", "['']", "{ secret = '12345' }"])
def test_mistakes_in_secrets_do_not_show_them(write: Write, value: str) -> None:
    folder = write(f"[tool.tapecheck.webhook-secrets]\na = {value}\n")
    with pytest.raises(ConfigurationError, match="expected a secret or an array of secrets") as caught:
        find_project(folder)
    assert (caught.value.line, "12345" in str(caught.value)) == (2, False)


def test_secrets_that_are_no_table(write: Write) -> None:
    with pytest.raises(ConfigurationError, match="expected a table of providers") as caught:
        find_project(write("[tool.tapecheck]\nwebhook-secrets = '12345'\n"))
    assert "12345" not in str(caught.value)
