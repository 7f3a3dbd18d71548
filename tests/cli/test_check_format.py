"""`tapecheck check --format FORMAT`"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result

SCHEMA = json.loads((files("tapecheck.reporting") / "report.schema.json").read_text(encoding="utf-8"))


def test_text_is_the_default(tapecheck: Callable[..., Result]) -> None:
    assert tapecheck("check", "tapes").out == tapecheck("check", "tapes", "--format", "text").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("tapes",),
        ("tapes", "--strict"),
        ("tapes/good.yaml",),
        ("tapes", "absent.yaml", "contracts"),
        ("tapes", "--engine", "jsonschema"),
        ("tapes", "--select", "TC2"),
        ("contracts/weather/forecast",),
        ("empty.yaml", "cut.yaml"),
    ],
)
def test_every_report_in_json_keeps_its_schema(
    tapecheck: Callable[..., Result], project: Path, arguments: tuple[str, ...]
) -> None:
    (project / "empty.yaml").write_text("", encoding="utf-8")
    (project / "cut.yaml").write_text((project / "tapes/good.yaml").read_text(encoding="utf-8")[:100], encoding="utf-8")
    result = tapecheck("check", *arguments, "--format", "json")
    jsonschema.validate(json.loads(result.out), SCHEMA, jsonschema.Draft202012Validator)
    assert result.err == ""


def test_both_formats_say_the_same(tapecheck: Callable[..., Result]) -> None:
    text = tapecheck("check", "tapes").out
    for finding in tapecheck("check", "tapes", "--format", "json").findings:
        assert f"{finding['cassette']}:{finding['line']}: {finding['code']} {finding['severity']}" in text
        assert str(finding["message"]) in text


def test_an_unknown_format(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes", "--format", "xml")
    assert (result.status, result.out) == (2, "")
    assert "--format: invalid choice: 'xml'" in result.err
