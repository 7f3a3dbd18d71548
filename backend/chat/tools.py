"""Tools that a caller offers to the model: the part of JSON Schema that all providers take."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from backend.api.models import RequestModel
from backend.llm.protocol import JsonObject, Tool

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$", examples=["tide_at"])]
Description = Annotated[str, Field(max_length=10_000)]


class ScalarType(StrEnum):
    """What a single value may be."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"


class ScalarModel(RequestModel):
    """A single value."""

    type: ScalarType
    description: Description | None = None


class ChoiceModel(RequestModel):
    """One of some strings."""

    type: Literal["string"]
    enum: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1, max_length=100)]
    description: Description | None = None


class ArrayModel(RequestModel):
    """A list of values."""

    type: Literal["array"]
    items: ScalarModel | ChoiceModel
    description: Description | None = None


ParameterModel: TypeAlias = ScalarModel | ChoiceModel | ArrayModel


class ParametersModel(RequestModel):
    """What a tool is called with, by name."""

    type: Literal["object"]
    properties: Annotated[
        dict[Name, ParameterModel], Field(default_factory=dict, json_schema_extra={"additionalProperties": False})
    ]
    required: Annotated[tuple[Name, ...], Field(max_length=100)] = ()


class ToolModel(RequestModel):
    """A function that the model may ask to be called."""

    name: Name
    description: Description
    parameters: ParametersModel

    def value(self) -> Tool:
        """Return it as the providers take it."""
        parameters: JsonObject = self.parameters.model_dump(mode="json", exclude_none=True)
        return Tool(name=self.name, description=self.description, parameters=parameters)
