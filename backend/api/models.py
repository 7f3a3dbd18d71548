"""What the models of all endpoints share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator

IDENTIFIER: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,126}[A-Za-z0-9])?$"
"""Letters, digits and `._:-` between them: at home in a path, a log and a key of the cache."""

AgentId = Annotated[str, Field(pattern=IDENTIFIER, description="Names an agent.", examples=["agt_0190f2c4"])]
AgentPath = Annotated[str, Path(pattern=IDENTIFIER, description="Names an agent.", examples=["agt_0190f2c4"])]


def _number(value: object) -> object:
    """Refuse what pydantic would convert: `false` is no 0, and `"1"` no 1; but JSON Schema's integers include 1.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"Input should be a number, not {type(value).__name__}")
    return value


NUMERIC: Final = BeforeValidator(_number)
"""For each `int` and `float` of a body; it stands last, since OpenAPI is not told of bounds that stand behind it."""

Boolean = StrictBool


DEEPEST: Final = 200
"""Levels of arrays and objects that a body may have; pydantic writes no more than 253."""


def _is_deeper(value: object, levels: int) -> bool:
    """Tell whether arrays and objects are nested deeper than so many levels."""
    level = _nested([value])
    for _ in range(levels):
        level = _nested(
            child for parent in level for child in (parent.values() if isinstance(parent, dict) else parent)
        )
    return bool(level)


def _nested(values: Iterable[object]) -> list[dict[str, object] | list[object]]:
    return [value for value in values if isinstance(value, dict | list)]


class RequestModel(BaseModel):
    """What is sent to the service; it has no field that the service does not know."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class RequestBody(RequestModel):
    """The whole of a body."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_unanswerable(cls, value: object) -> object:
        r"""Refuse what is too deep to be written, and what UTF-8 cannot encode, such as an escaped lone `\ud800`."""
        if _is_deeper(value, DEEPEST):
            raise ValueError(f"Input should have no more than {DEEPEST} levels of arrays and objects")
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise ValueError("Input should be Unicode text, without lone surrogates") from None
        return value


class ResponseModel(BaseModel):
    """A body that the service sends."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
