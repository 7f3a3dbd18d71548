"""What came of a run: cases, answers and failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from schemathesis.engine import events

if TYPE_CHECKING:
    from schemathesis import Response
    from schemathesis.core.failures import Failure as CheckFailure
    from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
    from schemathesis.specs.openapi.schemas import OpenApiCase

SHOWN: Final = 2000
"""Characters of a request, or of its answer, that a failure shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that is not as it should be.

    Attributes:
        operation: method and path; or whatever else it is that failed.
        title: names it.
        detail: says what was found and what was expected.
        request: as a command that sends it again; "" where it is no answer that is wrong.
        answer: status and body.
    """

    operation: str
    title: str
    detail: str
    request: str = ""
    answer: str = ""


@dataclass(slots=True)
class Tally:
    """Counts the cases of each operation, and keeps its failures.

    Attributes:
        phases: cases by phase and operation; each is a request that was answered.
        statuses: answers by operation and status.
        failures: each kind once.
    """

    phases: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    @property
    def operations(self) -> Sequence[str]:
        """Return the operations that were asked, in order."""
        return sorted({operation for _, operation in self.phases})

    @property
    def cases(self) -> int:
        """Return how many requests were answered."""
        return self.phases.total()

    def cases_of(self, operation: str) -> int:
        """Return how many requests of an operation were answered."""
        return sum(count for (_, name), count in self.phases.items() if name == operation)

    def answers_of(self, operation: str, hundreds: int) -> int:
        """Return how many answers of an operation have a status of these hundreds."""
        return sum(
            count for (name, status), count in self.statuses.items() if name == operation and status // 100 == hundreds
        )

    def take(self, event: events.EngineEvent) -> None:
        """Note what schemathesis tells."""
        match event:
            case events.ScenarioFinished():
                self._take_scenario(event.phase.value, event.recorder)
            case events.NonFatalError(label=label, info=info):
                self.failures.append(Failure(operation=label, title=info.title, detail=info.message))
            case events.SchemaAnalysisWarnings(warnings=warnings):
                self.failures += [
                    Failure(
                        operation=warning.operation_label or "the document", title=warning.kind, detail=warning.message
                    )
                    for warning in warnings
                ]
            case events.FatalError(exception=exception):
                raise exception
            case events.EngineFinished(failures=failures):
                self.failures += map(_after, failures)

    def count(self, phase: str, case: OpenApiCase, response: Response) -> None:
        """Note a case and its answer."""
        self.phases[phase, case.operation.label] += 1
        self.statuses[case.operation.label, response.status_code] += 1

    def _take_scenario(self, phase: str, recorder: ScenarioRecorder) -> None:
        for identifier, node in recorder.cases.items():
            response = recorder.find_response(case_id=identifier)
            if response is not None:
                self.count(phase, node.value, response)
            for check in recorder.checks.get(identifier, ()):
                self._take_check(node.value, response, check)

    def _take_check(self, case: OpenApiCase, response: Response | None, check: CheckNode) -> None:
        if check.failure_info is None:
            return
        failure = check.failure_info.failure
        self.failures.append(
            Failure(
                operation=case.operation.label,
                title=f"{check.name}: {failure.title}",
                detail=failure.message,
                request=check.failure_info.code_sample[:SHOWN],
                answer="" if response is None else answer_of(response),
            )
        )


def answer_of(response: Response) -> str:
    """Return status and body of an answer, shortened."""
    return f"{response.status_code} {response.content[:SHOWN].decode('utf-8', 'backslashreplace')}"


def _after(failure: CheckFailure) -> Failure:
    return Failure(operation=failure.operation or "the run", title=failure.title, detail=failure.message)
