"""The documentation is tested: each page's blocks are run, in order, in a copy of the project's data.

- `python` blocks are executed.
- A block of any language with a title (```` ```yaml title="name" ````) is written into the file of that name.
- In a `console` block each line that begins with `$ ` is run by sh, and the lines below it are what it must print,
  where `...` stands for anything. Exported variables stay for the whole page.
- `tapecheck` is the one that is installed beside this Python, and `curl` is ours (`tests/documentation/curl.py`), so
  that a page is run alike everywhere.
- `python -m backend` and `nox -s backend --`, with options only, start the page's service in the background: a real
  process with data of its own. Where the page says http://127.0.0.1:8000, it is asked at the port that it has.

Here, too, is what holds for all tests.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from tests.documentation.terminal import STARTS, Terminal

if TYPE_CHECKING:
    from sybil import Document, Example, Region

# Whatever looks at the clock would make a slow machine a failing one.
settings.register_profile("tapecheck", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tapecheck")

# What is asked here is on this machine, and no proxy could reach it.
for _name in [one for one in os.environ if one.lower() in ("http_proxy", "https_proxy", "all_proxy")]:
    del os.environ[_name]

ROOT = Path(__file__).parent
DATA = ("contracts", "cassettes", "pyproject.toml")
RUNNABLE = frozenset({"cat", "curl", "echo", "export", "head", "python", "sed", "tapecheck"})
PROMPT = "$ "
TITLED = re.compile(r'\w+ title="(?P<title>[^"\n]+)"\n')
COMPARE = doctest.ELLIPSIS | doctest.REPORT_NDIFF | doctest.DONT_ACCEPT_TRUE_FOR_1


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a console block, and what must be printed for it."""

    line: str
    output: str


def parse_console(source: str) -> Iterator[Command]:
    """Yield the commands of a block in order.

    Raises:
        ValueError: the block does not begin with a command, or one of them is not run by tests.
    """
    before, *parts = f"\n{source}".split(f"\n{PROMPT}")
    if before.strip() or not parts:
        raise ValueError(f"a console block begins with a command ({PROMPT!r}), got {source[:40]!r}")
    for part in parts:
        line, _, output = part.partition("\n")
        if not STARTS.fullmatch(line) and line.split(maxsplit=1)[0] not in RUNNABLE:
            raise ValueError(f"{line!r} is not run by the tests: move it to a block of language 'sh'")
        yield Command(line, output.rstrip())


def evaluate_console(example: Example) -> str | None:
    """Run a console block; return how its output differs from the page, None where it does not."""
    checker = doctest.OutputChecker()
    terminal: Terminal = example.namespace["terminal"]
    for command in parse_console(example.parsed):
        printed = terminal.run(command.line)
        if "Traceback (most recent call last)" in printed:
            return f"$ {command.line}\ncrashed:\n{printed}"
        if not checker.check_output(command.output, printed, COMPARE):
            expected = doctest.Example(command.line, f"{command.output}\n")
            difference = checker.output_difference(expected, f"{printed}\n", COMPARE)
            return f"$ {command.line}\n{difference}"
    return None


def write_file(example: Example) -> None:
    """Write a titled block into its file."""
    path = Path(example.region.lexemes["title"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example.parsed, encoding="utf-8")


def parse_titled(document: Document) -> Iterator[Region]:
    """Yield the blocks that have a title."""
    for region in RawFencedCodeBlockLexer(TITLED)(document):
        region.parsed, region.evaluator = region.lexemes["source"], write_file
        yield region


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Copy the project's data for one page, and make the copy the working directory."""
    copy = tmp_path_factory.mktemp("project")
    for source in filter(Path.exists, (ROOT / name for name in DATA)):
        if source.is_dir():
            shutil.copytree(source, copy / source.name)
        else:
            shutil.copy2(source, copy)
    with contextlib.chdir(copy):
        yield copy


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Open a terminal for one page."""
    with Terminal(tmp_path_factory.mktemp("terminal")) as opened:
        yield opened


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser("console", evaluate_console), parse_titled, SkipParser()],
    pattern="*.md",
    fixtures=["project", "terminal"],
).pytest()
