"""How DBOS describes a workflow, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import dbos
from dbos import PortableWorkflowError

from backend.durable.workflow import Condition, WorkflowStatus
from backend.errors import StepError

_CONDITIONS: Final[Mapping[str, Condition]] = {
    "DELAYED": Condition.RUNNING,
    "ENQUEUED": Condition.RUNNING,
    "PENDING": Condition.RUNNING,
    "SUCCESS": Condition.SUCCEEDED,
    "ERROR": Condition.FAILED,
    "CANCELLED": Condition.CANCELLED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": Condition.LOST,
}
"""https://docs.dbos.dev/explanations/system-tables"""


def status_of(found: dbos.WorkflowStatus) -> WorkflowStatus:
    """Translate a status."""
    return WorkflowStatus(
        id=found.workflow_id,
        workflow=found.name,
        condition=_CONDITIONS[found.status],
        executor=found.executor_id,
        result=found.output,
        error=_describe(found.error),
    )


def _describe(error: Exception | None) -> str | None:
    if isinstance(error, PortableWorkflowError):
        return error.message if error.name == StepError.__name__ else f"{error.name}: {error.message}"
    return None if error is None else f"{type(error).__name__}: {error}"
