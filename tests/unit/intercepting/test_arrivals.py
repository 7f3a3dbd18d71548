from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

from tapecheck.intercepting.arrivals import Arrivals

LATE = """
import sys
from tapecheck.intercepting import Interception
from tapecheck.serving import replies

assert not {"httpx", "httpx2", "urllib3", "requests"} & sys.modules.keys(), "none of them is imported by us"
before = list(sys.meta_path)
with Interception(lambda request: replies.text(418, "from us")):
    import LIBRARY
    print(LIBRARY.get("https://api.invalid/", timeout=1).text, end="")
assert sys.meta_path == before
"""


@pytest.mark.parametrize("library", ["httpx", "httpx2", "requests"])
def test_a_library_that_is_imported_late(library: str) -> None:
    code = LATE.replace("LIBRARY", library)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "from us\n"), done.stderr


def test_looking_at_each_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_late.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    looks: list[str] = []
    arrivals = Arrivals(lambda: looks.append("look"))
    arrivals.open()
    assert looks == ["look"]
    import found_late  # type: ignore[import-not-found]

    assert len(looks) > 1
    arrivals.close()
    del looks[:]
    monkeypatch.delitem(sys.modules, found_late.__name__)
    import found_late

    assert looks == []


def test_nothing_is_left_in_any_list_of_finders(monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals, before = Arrivals(list), list(sys.meta_path)
    arrivals.open()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "meta_path", [*sys.meta_path])
        arrivals.close()
        assert sys.meta_path == before
    assert sys.meta_path == before


def test_an_import_that_is_under_way_when_it_closes_asks_every_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Finder(MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            arrivals.close()  # in another thread, say
            asked.append(name)

    monkeypatch.setattr(sys, "meta_path", [Finder(), Finder()])
    looks: list[str] = []
    arrivals = Arrivals(lambda: looks.append("look"))
    arrivals.open()
    with pytest.raises(ModuleNotFoundError):
        import_module("found_nowhere")
    assert asked == ["found_nowhere"] * 2
    arrivals.find_spec("found_nowhere")  # as by a thread that has come no further
    assert looks == ["look"] * 2
