"""The documentation covers what there is, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tapecheck.model import Code

LINK = re.compile(r"\]\((?!\w+:)(?P<target>[^)#\s]+)(?:#[^)\s]*)?\)")
HEADING = re.compile(r"^#+ (?P<code>TC\d{3})\b", re.MULTILINE)


def test_every_code_has_its_section(root: Path) -> None:
    text = (root / "docs/reference/findings.md").read_text(encoding="utf-8")
    assert HEADING.findall(text) == [code.value for code in Code], "the sections of findings.md are the codes, in order"


def test_links_between_pages_lead_to_files(root: Path) -> None:
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(root).as_posix()}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken, "these links lead nowhere:\n  " + "\n  ".join(broken)
