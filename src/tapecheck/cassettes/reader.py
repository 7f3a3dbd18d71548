"""From a file to a cassette, whatever wrote it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.cassettes import json_loading, yaml_loading
from tapecheck.cassettes.fields import Document, Field, Record
from tapecheck.cassettes.formats import Format, recognise, vcrpy
from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.opening import load
from tapecheck.cassettes.places import odd_breaks
from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

if TYPE_CHECKING:
    import yaml

_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
_HINT = "tapecheck reads the cassettes of vcrpy, cassetter, langchain, VCR for Ruby, go-vcr, and HAR"


def read(path: Path, limits: Limits = Limits()) -> Cassette:  # noqa: B008 - frozen
    """Read a cassette; its format is recognised by its content, not by its name.

    A file that is empty, or holds no interactions, is a cassette without interactions.

    Raises:
        CassetteError: the file cannot be read, is no cassette, or lacks a field; with path, line, cause and hint.
    """
    data = load(path, limits)
    root, breaks = _compose(data, path, limits)
    field = None if root is None else Field(Document(path, limits, breaks), root)
    if field is None or field.is_null:
        return Cassette(path=path, format=vcrpy.NAME, interactions=())
    record = _record(field)
    form = _recognise(record)
    return Cassette(path=path, format=form.name, interactions=tuple(form.read(record)))


def _compose(data: bytes, path: Path, limits: Limits) -> tuple[yaml.Node | None, tuple[int, ...]]:
    """Return the root node, and where YAML sees line ends that editors do not."""
    if not _JSON.match(data):
        return yaml_loading.compose(data, path, limits), odd_breaks(data)
    try:
        return json_loading.compose(data, path, limits), ()
    except json_loading.JSONSyntaxError as error:
        try:
            return yaml_loading.compose(data, path, limits), odd_breaks(data)
        except CassetteError:
            raise error from None


def _record(root: Field) -> Record:
    if root.is_list:
        raise root.fail(
            "got a list, as vcrpy wrote before version 1.0, expected a mapping with 'interactions'",
            "run `python -m vcr.migration PATH`, or record the cassette again",
        )
    if not root.is_mapping:
        raise root.fail("got a single value, expected a cassette", _HINT)
    return root.record()


def _recognise(record: Record) -> Format:
    form = recognise(record)
    if form is not None:
        return form
    raise record.field.fail(
        f"got a mapping of {record.names}, expected a cassette, such as one with 'interactions'", _HINT
    )
