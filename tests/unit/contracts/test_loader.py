from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tapecheck.contracts import load
from tapecheck.errors import ContractError

ROOT = Path(__file__).parents[3]
HEAD = 'title = "T"\nversion = "1"\ndocumentation = "https://t.example"\nhosts = ["{}.example"]\n'

Write = Callable[[Mapping[str, object]], Path]


def only_problem(folder: Path) -> ContractError:
    (problem,) = load(folder).problems
    return problem


def test_the_contracts_that_come_with_tapecheck_are_sound() -> None:
    loaded = load(ROOT / "contracts")
    assert loaded.problems == ()
    assert len(loaded.contracts) > 0


def test_a_folder_for_each_provider(write: Write) -> None:
    folder = write(
        {
            "b/contract.toml": HEAD.format("b"),
            "a/contract.toml": HEAD.format("a"),
            ".git/config": "",
            "_drafts/notes": "",
            "README.md": "",
        }
    )
    loaded = load(folder)
    assert loaded.problems == ()
    assert [contract.provider for contract in loaded.contracts] == ["a", "b"]
    assert [contract.path for contract in loaded.contracts] == [folder / "a/contract.toml", folder / "b/contract.toml"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    problem = only_problem(tmp_path / "absent")
    assert problem.message == "the folder of contracts cannot be read: No such file or directory"
    assert problem.path == tmp_path / "absent"
    assert "--contracts" in (problem.hint or "")


def test_a_file_in_place_of_the_folder(write: Write) -> None:
    assert "Not a directory" in only_problem(write({"a": ""}) / "a").message


def test_a_folder_without_providers(tmp_path: Path) -> None:
    problem = only_problem(tmp_path)
    assert (problem.message, problem.hint) == (
        "the folder holds no contract",
        "Expected <provider>/contract.toml in it.",
    )


def test_the_folder_of_one_provider(write: Write) -> None:
    folder = write({"a/contract.toml": HEAD.format("a"), "a/events/b.schema.json": {}})
    problem = only_problem(folder / "a")
    assert (problem.message, problem.hint) == ("got the folder of one provider", "Name the folder above it.")


def test_a_provider_without_its_file(write: Write) -> None:
    folder = write({"a/contract.toml": HEAD.format("a"), "b/a.schema.json": {}})
    problem = only_problem(folder)
    assert (problem.path, problem.message) == (folder / "b", "a provider's folder holds no contract.toml")


def test_a_folder_in_place_of_the_file(write: Write) -> None:
    folder = write({"a/contract.toml/notes": ""})
    assert only_problem(folder).message == "cannot be read: Is a directory"


def test_a_folder_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write({"a/contract.toml": HEAD.format("a"), "b/contract.toml": HEAD.format("b")})
    plain = Path.read_text

    def refuse(path: Path, encoding: str | None = None) -> str:
        if path.parent.name == "a":
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path, encoding)

    monkeypatch.setattr(Path, "read_text", refuse)
    loaded = load(folder)
    assert [problem.message for problem in loaded.problems] == ["cannot be read: Permission denied"]
    assert len(loaded.contracts) == 1


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b'title = "T"\nversion = "\xff"', 2, "not UTF-8: invalid start byte"),
        (b"\xef\xbb\xbftitle = 1", 1, "not TOML: Invalid statement"),
        ('title = "T"\nversion = "', 2, "not TOML: "),
        ('title = "T"\ntitle = "T"', 2, "not TOML: Cannot overwrite a value"),
        ("", 1, "title: the key is missing"),
    ],
    ids=["bytes", "byte order mark", "cut", "twice", "empty"],
)
def test_a_file_that_cannot_be_read(write: Write, content: str | bytes, line: int, message: str) -> None:
    problem, *_ = load(write({"a/contract.toml": content})).problems
    assert problem.line == line
    assert problem.message.startswith(message)


def test_every_mistake_of_every_contract_is_told(write: Write) -> None:
    folder = write(
        {
            "a/contract.toml": HEAD.format("a") + "max-age-days = 0\nunknown = 1\n",
            "a/a.schema.json": "{",
            "b/contract.toml": "title =",
            "b/a.schema.json": "{",
            "c/notes": "",
            "d/contract.toml": HEAD.format("d") + '[operations.x]\nsummary = ""\nmethod = "GET"\npath = "/"\n',
            "e/contract.toml": HEAD.format("d"),
            "f/contract.toml": HEAD.format("f"),
        }
    )
    loaded = load(folder)
    assert [(problem.path or folder).relative_to(folder).as_posix() for problem in loaded.problems] == [
        "a/a.schema.json",
        "a/contract.toml",
        "a/contract.toml",
        "b/a.schema.json",
        "b/contract.toml",
        "c",
        "d/contract.toml",
        "e/contract.toml",
    ]
    assert "f" in loaded.contracts.by_provider


def test_a_file_that_nests_too_deep_is_a_problem(write: Write) -> None:
    folder = write({"a/contract.toml": "a = " + "[" * 10_000})
    (problem,) = load(folder).problems
    assert (problem.message, problem.path) == ("nests too deep to be read", folder / "a/contract.toml")


def test_lazily_schemas_are_read_when_they_are_needed(write: Write) -> None:
    toml = HEAD.format("a") + "[operations.x]\nsummary = 'S'\nmethod = 'GET'\npath = '/'\nresponse = 'a.schema.json'\n"
    folder = write({"a/contract.toml": toml, "a/a.schema.json": "{"})
    assert only_problem(folder).message.startswith("the schema is not JSON")
    loaded = load(folder, lazily=True)
    assert loaded.problems == ()
    (schema,) = loaded.contracts.schemas.values()
    with pytest.raises(ContractError, match="the schema is not JSON"):
        dict(schema.document)


def test_lazily_mistakes_in_contract_toml_are_found_as_ever(write: Write) -> None:
    toml = HEAD.format("a") + "[operations.x]\nsummary = 'S'\nmethod = 'GET'\npath = '/'\nresponse = 'b.schema.json'\n"
    folder = write({"a/contract.toml": toml, "a/a.schema.json": {}})
    (problem,) = load(folder, lazily=True).problems
    assert problem.message == "operations.x.response: there is no schema 'b.schema.json'"
