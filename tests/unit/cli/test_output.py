from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tapecheck.cli.output import abandon_stdout, prepare_streams


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_closed_stream_takes_anything(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, name, None)
    prepare_streams()
    stream = getattr(sys, name)
    assert stream.write("é") == 1
    assert not stream.isatty()
    stream.close()


def test_a_narrow_stream_takes_any_character(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    prepare_streams()
    sys.stdout.write("é\udcff")
    sys.stdout.flush()
    assert buffer.getvalue() == rb"\xe9\udcff"


def test_a_stream_of_another_kind_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    prepare_streams()
    assert sys.stdout is stream


def test_what_is_abandoned_goes_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out"
    with path.open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        stream.write("never read")
        abandon_stdout()
    assert path.read_bytes() == b""


def test_a_stream_without_a_descriptor_can_be_abandoned_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    sys.stdout.write("kept")
    abandon_stdout()
    assert isinstance(sys.stdout, io.StringIO)
    assert sys.stdout.getvalue() == "kept"
