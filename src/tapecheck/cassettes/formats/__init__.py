"""One module for each way in which recorders write a cassette; adding a format is adding a module and its name here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats import (
    cassetter,
    go_vcr,
    har,
    langchain,
    vcr_ruby,
    vcrpy,
    vcrpy_httpx,
    vcrpy_parsed_body,
)
from tapecheck.cassettes.formats.messages import Shape
from tapecheck.model import Interaction


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, how it is recognised by content, and how its interactions are read."""

    name: str
    recognises: Callable[[Shape], bool]
    read: Callable[[Record], Iterator[Interaction]]


FORMATS = (
    Format(har.NAME, har.recognises, har.read),
    Format(langchain.NAME, langchain.recognises, langchain.read),
    Format(vcr_ruby.NAME, vcr_ruby.recognises, vcr_ruby.read),
    Format(cassetter.NAME, cassetter.recognises, cassetter.read),
    Format(go_vcr.NAME, go_vcr.recognises, go_vcr.read),
    Format(vcrpy_parsed_body.NAME, vcrpy_parsed_body.recognises, vcrpy.read),
    Format(vcrpy_httpx.NAME, vcrpy_httpx.recognises, vcrpy.read),
    Format(vcrpy.NAME, vcrpy.recognises, vcrpy.read),
)
"""All formats, the more particular before the more general."""


def recognise(record: Record) -> Format | None:
    """Return the format of a file, or None if it is in none of them."""
    shape = Shape.of(record)
    return next((form for form in FORMATS if form.recognises(shape)), None)
