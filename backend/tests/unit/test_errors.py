from __future__ import annotations

import inspect

import pytest

from backend import errors
from backend.errors import BackendError, BrokenOffError, Problem, UpstreamError

PROBLEMS = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, Problem)]


def test_there_is_one_tree() -> None:
    raised = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, Exception)]
    assert all(issubclass(each, BackendError) for each in raised)


@pytest.mark.parametrize("kind", [each for each in PROBLEMS if each is not Problem], ids=lambda kind: kind.__name__)
def test_each_problem_has_a_status_and_says_what_happened(kind: type[Problem]) -> None:
    problem = kind("what happened")
    assert (problem.detail, str(problem), problem.retry_after) == ("what happened", "what happened", None)
    assert 400 <= kind.status < 600
    assert f"{kind.__name__} " in (errors.__doc__ or "")
    assert f" {kind.status}  " in (errors.__doc__ or "")


def test_a_failure_upstream_tells_whose_fault_it_is() -> None:
    assert (UpstreamError("x").transient, UpstreamError("x").blames_host) == (True, True)
    rejected = UpstreamError("x", retry_after=3, transient=False, blames_host=False)
    assert (rejected.transient, rejected.blames_host, rejected.retry_after) == (False, False, 3)
    assert BrokenOffError("x", partial="so far").partial == "so far"


def test_a_message_quotes_no_more_than_the_beginning_of_a_name() -> None:
    assert errors.quoted("x" * 80) == f"'{'x' * 80}'"
    assert errors.quoted("x" * 81) == f"'{'x' * 80}…'"
    assert errors.quoted("a\n'") == repr("a\n'")


def test_a_problem_tells_what_else_is_known() -> None:
    current: dict[str, object] = {"version": 2, "value": None}
    assert errors.NotFoundError("x").members() == {}
    assert BrokenOffError("x").members() == {}
    assert BrokenOffError("x", partial="so far").members() == {"partial": "so far"}
    assert errors.PreconditionError("x", current=current).members() == {"current": current}
    assert errors.OutdatedError("x", current=current).members() == {"current": current}
    outdated = errors.OutdatedError("x", current=current, conflicts=("/a",))
    assert outdated.members() == {"current": current, "conflicts": ["/a"]}
