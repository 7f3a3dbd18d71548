from __future__ import annotations

from backend.durable.runs import Run, Runs
from backend.durable.workflow import Condition, Context


def test_a_run_is_a_context() -> None:
    context: Context = Run("w", Runs())
    assert context.id == "w"


def test_one_condition_is_not_an_end() -> None:
    assert [condition for condition in Condition if condition is not Condition.RUNNING] == [
        "succeeded",
        "failed",
        "cancelled",
        "lost",
    ]
