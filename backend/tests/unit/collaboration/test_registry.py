from __future__ import annotations

from pathlib import Path

import pytest

from backend.collaboration.builtin import parallel, sequential
from backend.collaboration.graph import agents_of
from backend.collaboration.registry import FOLDER, NAMES, WORKFLOWS, graph_of, load
from backend.errors import StartError

GOOD = '[[steps]]\nid = "a"\nagent = 1\ninput = "{task}"\n'


def test_each_file_is_a_workflow() -> None:
    assert sorted(WORKFLOWS) == sorted(path.stem for path in FOLDER.glob("*.toml")) == ["debate", "review"]
    assert NAMES == ("sequential", "parallel", "debate", "review")


def test_a_workflow_is_found_by_its_name() -> None:
    assert graph_of("sequential", 3) == sequential(3)
    assert graph_of("parallel", 2) == parallel(2)
    assert graph_of("review", 2) == WORKFLOWS["review"]


@pytest.mark.parametrize(
    ("name", "agents", "reason"),
    [
        ("tower", 2, "no such workflow: expected one of sequential, parallel, debate, review"),
        ("review", 1, "'review' is for 2 agents, got 1"),
        ("debate", 4, "'debate' is for 3 agents, got 4"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, agents: int, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        graph_of(name, agents)


def test_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD)
    (tmp_path / "notes.md").write_text("no workflow")
    [(name, graph)] = load(tmp_path).items()
    assert (name, agents_of(graph), graph[0].template) == ("one", 1, "{task}")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("one", "steps = ", "Invalid value"),
        ("one", "", "steps: Field required"),
        ("one", "steps = []", "it has no steps"),
        ("one", GOOD + "colour = 1\n", "steps.0.colour: Extra inputs"),
        ("one", GOOD.replace("1", '"1"'), "steps.0.agent: Input should be a valid integer"),
        ("one", GOOD.replace('"a"', '"A b"'), "steps.0.id: String should match"),
        ("one", GOOD + 'after = ["a"]\n', "step 'a' comes after 'a'"),
        ("One", GOOD, "its name must be lower-case"),
        ("parallel", GOOD, "not that of a built-in workflow"),
    ],
)
def test_a_mistake_names_the_file_and_the_reason(tmp_path: Path, name: str, content: str, reason: str) -> None:
    path = tmp_path / f"{name}.toml"
    path.write_text(content)
    with pytest.raises(StartError, match=reason) as caught:
        load(tmp_path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_bytes(b"\xff")
    with pytest.raises(StartError, match=r"one\.toml cannot be used: .*utf-8"):
        load(tmp_path)
