"""The header `Idempotency-Key`: a client that does not know whether its request arrived sends it again with the same.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from pydantic import AfterValidator, Field


def _bare(key: str) -> str:
    return key.strip('"')


Key = Annotated[str, Field(pattern=r'^(?:"[!#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$'), AfterValidator(_bare)]
"""A key in quotes, as the draft has it, or without, as most clients do; both mean the same."""

IdempotencyKey = Annotated[
    Key | None,
    Header(
        description="Names this request: with the same key and body it is answered as the first time, and not done "
        "again; with another body it is refused.",
        examples=['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
    ),
]
"""For the parameter `idempotency_key`; None where the client sends none."""
