from __future__ import annotations

import dbos
import pytest
from dbos import PortableWorkflowError, WorkflowStatusString

from backend.durable.statuses import status_of
from backend.durable.workflow import Condition


def found(status: WorkflowStatusString, *, error: Exception | None = None) -> dbos.WorkflowStatus:
    given = dbos.WorkflowStatus()
    given.workflow_id, given.name, given.executor_id = "w", "flow", "worker-1"
    given.status, given.output, given.error = status.value, [1], error
    return given


@pytest.mark.parametrize("status", WorkflowStatusString)
def test_each_status_is_a_condition(status: WorkflowStatusString) -> None:
    assert status_of(found(status)).condition in Condition


def test_what_is_known_is_handed_on() -> None:
    status = status_of(found(WorkflowStatusString.SUCCESS))
    assert (status.id, status.workflow, status.executor, status.result) == ("w", "flow", "worker-1", [1])
    assert (status.condition, status.error) == (Condition.SUCCEEDED, None)


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (PortableWorkflowError("ValueError: of no use", "StepError"), "ValueError: of no use"),
        (PortableWorkflowError("it fell", "LookupError"), "LookupError: it fell"),
        (LookupError("it fell"), "LookupError: it fell"),
    ],
)
def test_an_error_says_its_kind_once(error: Exception, described: str) -> None:
    assert status_of(found(WorkflowStatusString.ERROR, error=error)).error == described
