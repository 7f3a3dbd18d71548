"""Groups of cases, run in a process of their own as a user runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import tapecheck
from tests.conformance.case import codes, lay_out
from tests.conformance.group import Group

PLUGINS = ("anyio", "pytest_mock", "recording", "respx", "shop.offline")
"""Only these are loaded, so that no other plugin of this environment has a part in what is seen; the last is ours."""
COMMON = ("-p", "no:cacheprovider", "-o", "junit_family=xunit1", "--tb=short", "--continue-on-collection-errors")
_SECTION = re.compile(r"^=+ tapecheck =+\n(?P<text>.*?)(?=^=+ .* =+$)", re.MULTILINE | re.DOTALL)
_WORDS = {"failure": "failed", "error": "error", "skipped": "skipped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a test: pytest's word for it, and what it said."""

    word: str
    text: str

    def is_as(self, expected: str) -> bool:
        """Tell whether this is what a header says."""
        wanted = codes(expected)
        if wanted:
            return self.word in {"failed", "error"} and codes(self.text) == wanted
        return self.word == expected and not codes(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a run.

    Attributes:
        status: the exit status.
        outcomes: by file and name of the test.
        section: what the plugin said at the end.
        printed: all that pytest printed.
    """

    status: int
    outcomes: dict[tuple[str, str], Outcome]
    section: str
    printed: str

    def of_file(self, path: str) -> dict[str, Outcome]:
        """Return the outcomes of a file, by the names of its tests."""
        return {name: outcome for (file, name), outcome in self.outcomes.items() if file == path}

    def verdicts(self) -> dict[tuple[str, str], tuple[str, list[str]]]:
        """Return what came of each test, and the codes that it names, without its words."""
        return {key: (outcome.word, sorted(codes(outcome.text))) for key, outcome in self.outcomes.items()}

    def summary(self, path: str) -> set[str]:
        """Return the codes that the section gives for a file of tests or its tapes."""
        tapes = f"{Path(path).parent.as_posix()}/cassettes/{Path(path).stem}/"
        findings = [text for text in self.section.split("\n\n") if path in text or tapes in text]
        return codes("\n".join(findings))


def run(group: Group, folder: Path, options: Iterable[str]) -> Run:
    """Lay a group out in an empty folder, and run it there."""
    lay_out(group.folder, folder)
    report = folder / "report.xml"
    plugins = [argument for plugin in PLUGINS for argument in ("-p", plugin)]
    command = [sys.executable, "-m", "pytest", *plugins, *COMMON, *options, f"--junit-xml={report}"]
    variables = environment(folder)
    ended = subprocess.run(command, cwd=folder, env=variables, capture_output=True, encoding="utf-8", check=False)
    printed = ended.stdout + ended.stderr
    section = _SECTION.search(printed)
    return Run(
        status=ended.returncode,
        outcomes=outcomes(report),
        section=section["text"] if section else "",
        printed=printed,
    )


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of a run: ours, but for those of the pytest around it.

    Clients read no certificates: that takes them longer than all else, and nothing is ever connected to.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "OPENAI_"))}
    certificates = {"SSL_CERT_FILE": "", "SSL_CERT_DIR": str(folder)}
    source = {"PYTHONPATH": str(Path(tapecheck.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **certificates, **source, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def outcomes(report: Path) -> dict[tuple[str, str], Outcome]:
    """Read the outcomes of all tests; one that failed and then erred stands twice in a report."""
    if not report.is_file():
        return {}
    seen: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for test in ElementTree.parse(report).getroot().iter("testcase"):
        seen[test.get("file", ""), test.get("name", "")].append(outcome(test))
    return {key: joined(parts) for key, parts in seen.items()}


def outcome(test: ElementTree.Element) -> Outcome:
    """Read what came of a test."""
    for part in test:
        if word := _WORDS.get(part.tag):
            word = "xfailed" if part.get("type") == "pytest.xfail" else word
            return Outcome(word=word, text=f"{part.get('message', '')}\n{part.text or ''}")
    return Outcome(word="passed", text="")


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Join what a report says of one test: the first word that is not good news, and all texts."""
    word = next((part.word for part in parts if part.word != "passed"), "passed")
    return Outcome(word=word, text="\n".join(part.text for part in parts))
