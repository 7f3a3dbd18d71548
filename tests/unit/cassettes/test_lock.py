"""The lock file: what is written is read, and nothing else is."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes import LOCK, Provenance, Source, digest, read_lock, render_lock, write_lock
from tapecheck.errors import CassetteError

DAY = date(2026, 1, 5)
ENTRY = Provenance(
    digest="sha256:00", source=Source.SANDBOX, date=DAY, contract="v1", tools={"vcrpy": "9.4.2", "httpx": "0.28.1"}
)
TEXT = """\
# Where each cassette came from. Written by the recorder: do not edit.
version = 1

["a/b/plain.yaml"]
digest = "sha256:00"
source = "sandbox"
date = 2026-01-05
contract = "v1"
tools = { "httpx" = "0.28.1", "vcrpy" = "9.4.2" }
"""

texts = st.text(st.characters(exclude_categories=["Cs"]))
entries = st.builds(
    Provenance,
    digest=texts,
    source=st.sampled_from(Source),
    date=st.dates(),
    contract=texts,
    tools=st.dictionaries(texts, texts, max_size=3),
    secret=st.none() | texts,
)


def test_a_lock_is_written_to_be_read() -> None:
    assert render_lock({"a/b/plain.yaml": ENTRY}) == TEXT


def test_the_secret_of_a_test_comes_last() -> None:
    assert (
        render_lock({"a/b/plain.yaml": replace(ENTRY, secret="it's for tests")})
        == f'{TEXT}secret = "it\'s for tests"\n'
    )


def test_entries_are_sorted() -> None:
    names = ["b.yaml", "a/z.yaml", "a/b.yaml"]
    lines = render_lock(dict.fromkeys(names, ENTRY)).splitlines()
    assert [line for line in lines if line.startswith("[")] == ['["a/b.yaml"]', '["a/z.yaml"]', '["b.yaml"]']


@given(st.dictionaries(texts.filter(lambda name: name != "version"), entries, max_size=3))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, lock: dict[str, Provenance]) -> None:
    path = tmp_path_factory.mktemp("lock") / LOCK
    write_lock(path, lock)
    assert read_lock(path) == lock
    assert [each.name for each in path.parent.iterdir()] == [LOCK]


def test_without_a_lock_nothing_is_known(tmp_path: Path) -> None:
    assert read_lock(tmp_path / LOCK) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = ", "is not TOML"),
        (f"version = {'[' * 10_000}", "nests too deep to be read"),
        ("version = 2", "has version 2, expected 1"),
        ("", "has version None, expected 1"),
        (TEXT.replace('source = "sandbox"', 'source = "hearsay"'), "the entry of 'a/b/plain.yaml'"),
        (TEXT.replace("date = 2026-01-05", 'date = "yesterday"'), "the entry of 'a/b/plain.yaml'"),
        (TEXT.replace('contract = "v1"\n', ""), "the entry of 'a/b/plain.yaml'"),
        (TEXT.replace('"9.4.2"', "9"), "the entry of 'a/b/plain.yaml'"),
        (f"{TEXT}secret = 1\n", "secret, a text, where there are deliveries"),
        ("version = 1\nother = 2", "the entry of 'other'"),
    ],
    ids=["broken", "deep", "later", "empty", "source", "date", "absent", "tool", "secret", "no table"],
)
def test_a_wrong_lock_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / LOCK
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CassetteError, match=message) as raised:
        read_lock(path)
    assert raised.value.path == path


def test_bytes_that_are_no_text_are_not_toml(tmp_path: Path) -> None:
    path = tmp_path / LOCK
    path.write_bytes(b"\xff")
    with pytest.raises(CassetteError, match="is not TOML"):
        read_lock(path)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="cannot be read"):
        read_lock(tmp_path)
    with pytest.raises(CassetteError, match="cannot be read"):
        digest(tmp_path / "none.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_has_no_digest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(CassetteError, match="got a named pipe"):
        digest(tmp_path / "pipe.yaml")


def test_a_lock_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="cannot be written"):
        write_lock(tmp_path, {})


@given(st.binary())
def test_the_digest_is_that_of_the_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("cassettes") / "plain.yaml"
    path.write_bytes(content)
    assert digest(path) == f"sha256:{hashlib.sha256(content).hexdigest()}"
