"""The Ruby gem VCR, YAML or JSON: `http_interactions`, each message as in vcrpy (https://github.com/vcr/vcr)."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats import vcrpy
from tapecheck.cassettes.formats.messages import Shape, interactions
from tapecheck.model import Interaction

NAME = "vcr-ruby"


def recognises(shape: Shape) -> bool:
    """Tell whether a file has the gem's list of interactions."""
    return "http_interactions" in shape.root


def read(record: Record) -> Iterator[Interaction]:
    """Read the interactions of a file.

    Raises:
        CassetteError: a field is missing or of the wrong type.
    """
    return interactions(record.need("http_interactions"), vcrpy.request, vcrpy.response)
