"""langchain-tests: vcrpy's messages in two lists, `requests` and `responses`, mostly gzipped, headers redacted."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.cassettes.fields import Record
from tapecheck.cassettes.formats import vcrpy
from tapecheck.cassettes.formats.messages import Shape
from tapecheck.model import Interaction

NAME = "langchain"


def recognises(shape: Shape) -> bool:
    """Tell whether a file has both lists."""
    return "requests" in shape.root and "responses" in shape.root


def read(record: Record) -> Iterator[Interaction]:
    """Read the interactions of a file.

    Raises:
        CassetteError: a field is missing or of the wrong type, or the lists differ in length.
    """
    requests, responses = list(record.need("requests").items()), list(record.need("responses").items())
    if len(requests) != len(responses):
        raise record.field.fail(
            f"got {len(requests)} requests and {len(responses)} responses, expected as many of one as of the other"
        )
    for index, (request, response) in enumerate(zip(requests, responses, strict=True)):
        yield Interaction(
            index=index,
            line=request.line,
            request=vcrpy.request(request.record()),
            response=vcrpy.response(response.record()),
        )
