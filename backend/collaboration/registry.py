"""Which workflows there are: the built-in ones, and each file of `workflows/`, named as the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.collaboration.builtin import PARALLEL, SEQUENTIAL, parallel, sequential
from backend.collaboration.graph import Graph, PlannedStep, agents_of, check
from backend.collaboration.prompts import STEP_ID
from backend.errors import StartError

FOLDER: Final = Path(__file__).with_name("workflows")
_BUILT_IN: Final[Mapping[str, Callable[[int], Graph]]] = MappingProxyType({SEQUENTIAL: sequential, PARALLEL: parallel})
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")


class _StepTable(BaseModel):
    """A `[[steps]]` of a file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=rf"^{STEP_ID}$")]
    agent: Annotated[int, Field(ge=1, le=20)]
    input: Annotated[str, Field(min_length=1)]
    after: list[str] = []

    def planned(self) -> PlannedStep:
        return PlannedStep(id=self.id, agent=self.agent, template=self.input.strip(), after=tuple(self.after))


class _File(BaseModel):
    """The whole of a file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    steps: list[_StepTable]


def load(folder: Path) -> Mapping[str, Graph]:
    """Read the workflows of a folder, by name.

    Raises:
        StartError: a file is no workflow; the message names it and says why.
    """
    return MappingProxyType({path.stem: _load(path) for path in sorted(folder.glob("*.toml"))})


def graph_of(workflow: str, agents: int) -> Graph:
    """Return the steps of a workflow.

    Args:
        workflow: its name.
        agents: how many there are.

    Raises:
        ValueError: there is no such workflow, or it is for another number of agents.
    """
    if workflow in _BUILT_IN:
        return _BUILT_IN[workflow](agents)
    if workflow not in WORKFLOWS:
        raise ValueError(f"there is no such workflow: expected one of {', '.join(NAMES)}")
    graph = WORKFLOWS[workflow]
    if agents != agents_of(graph):
        raise ValueError(f"the workflow {workflow!r} is for {agents_of(graph)} agents, got {agents}")
    return graph


def _load(path: Path) -> Graph:
    try:
        if not _NAME.fullmatch(path.stem) or path.stem in _BUILT_IN:
            raise ValueError("its name must be lower-case letters, digits and '-', and not that of a built-in workflow")
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        graph = tuple(step.planned() for step in file.steps)
        check(graph)
    except (OSError, ValidationError, ValueError) as error:
        raise StartError(f"the workflow {path} cannot be used: {_reason(error)}") from None
    return graph


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


WORKFLOWS: Final = load(FOLDER)
"""The workflows of the folder by name."""

NAMES: Final = (*_BUILT_IN, *WORKFLOWS)
"""Those and the built-in ones."""
