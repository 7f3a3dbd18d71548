from __future__ import annotations

from tapecheck.model import Code, Finding, Severity
from tapecheck.pytest_plugin.text import told


def test_a_finding_says_what_where_why_and_what_to_do() -> None:
    finding = Finding(
        code=Code.MOCKED_ANSWER,
        severity=Severity.ERROR,
        message="got 3\nexpected a string",
        cassette="tests/test_a.py",
        line=7,
        provider="openai",
        operation="models",
        instance_path="/data",
        schema_path="models.schema.json#/type",
        hint="Answer with a string.\nOr with none.",
    )
    assert told(finding) == (
        "TC501 error: a mock answers what the contract forbids\n"
        "  tests/test_a.py:7, openai models\n"
        "  got 3\n"
        "  expected a string\n"
        "  at /data\n"
        "  contract: models.schema.json#/type\n"
        "  → Answer with a string.\n"
        "  Or with none."
    )


def test_what_is_not_known_is_left_out() -> None:
    finding = Finding(
        code=Code.UNPLAYED, severity=Severity.ERROR, message="m", cassette="c.yaml", line=1, interaction=2
    )
    assert told(finding) == "TC402 error: an interaction on tape is never played\n  c.yaml:1, interaction 2\n  m"


def test_what_could_steer_a_terminal_is_made_visible() -> None:
    finding = Finding(code=Code.LEAK, severity=Severity.ERROR, message="a\x1b[2Jb", cassette="t.py", line=1)
    assert "\x1b" not in told(finding)
