from __future__ import annotations

from pathlib import Path

from tapecheck.replaying.places import Place, Places, shown
from tests.unit.replaying.conftest import SAY, Studio, recorded


def test_in_a_file(studio: Studio, tmp_path: Path) -> None:
    path = studio.tape(recorded({"text": "a"}), recorded({"text": "b"}))
    places = Places([path], 2, tmp_path)
    second = places.of(1)
    assert (second.path, second.index, second.asked) == ("cassettes/tape.json", 1, f"POST {SAY}")
    assert '"request"' in path.read_text().splitlines()[second.line]


def test_in_several_files(studio: Studio, tmp_path: Path) -> None:
    one, other = studio.tape(recorded(), name="a.json"), studio.tape(recorded(), recorded(), name="b.json")
    places = Places([one, other], 3, tmp_path)
    assert [(places.of(n).path, places.of(n).index) for n in range(3)] == [
        ("cassettes/a.json", 0),
        ("cassettes/b.json", 0),
        ("cassettes/b.json", 1),
    ]


def test_where_some_were_not_loaded(studio: Studio, tmp_path: Path) -> None:
    path = studio.tape(recorded(method="GET"), recorded())
    places = Places([path], 1, tmp_path)
    assert places.of(0, f"POST {SAY}").index == 1
    assert places.of(0) == Place(path="cassettes/tape.json")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text("- 1", encoding="utf-8")
    assert Places([path], 1, tmp_path).of(0) == Place(path="tape.yaml")


def test_paths_below_a_folder_are_short(tmp_path: Path) -> None:
    assert shown(tmp_path / "a/b", tmp_path / "a") == "b"
    assert shown(tmp_path / "a/b", tmp_path / "c") == str(tmp_path / "a/b")
