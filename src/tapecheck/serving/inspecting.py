"""Whether a provider would take a request: the request side of the checks, before there is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from tapecheck.checking.problem import Problem, Validation
from tapecheck.checking.requests import request_problems
from tapecheck.contracts import Match, Operation, Unmatched
from tapecheck.model import Request

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request is refused; `allow` are the methods that would not be, where the method is at fault."""

    status: int
    message: str
    allow: tuple[str, ...] = ()


def unmatched(found: Unmatched, method: str) -> Refusal:
    """Say why there is no operation for a request, and which come near."""
    operations = found.contract.operations if found.contract is not None else ()
    allow = [one.method for one in operations if any(path.matches(found.path) for path in one.paths)]
    if allow:
        methods = tuple(dict.fromkeys(allow))
        return Refusal(
            status=405, message=f"{found.path} takes {' and '.join(methods)}, and not {method}.", allow=methods
        )
    nearest = f" The nearest: {', '.join(found.nearest)}." if found.nearest else ""
    return Refusal(status=404, message=f"The contract has no operation {method} {found.path}.{nearest}")


def inspect(match: Match, request: Request, validation: Validation) -> Refusal | None:
    """Say why a provider would refuse a request; None where it would not.

    Args:
        match: the operation.
        request: as it came.
        validation: what rules validate with.
    """
    declared = match.operation.errors
    if 401 in declared and not _has_credentials(match, request):
        return Refusal(status=401, message=f"No credentials came: expected {_credentials(match)}.")
    problems = list(request_problems(match, request, validation))
    if problems:
        return Refusal(status=_bad_request(match.operation), message=_told(problems))
    return None


def _has_credentials(match: Match, request: Request) -> bool:
    secrets = match.contract.secrets
    if not secrets.headers and not secrets.query:
        return True
    query = parse_qsl(urlsplit(request.uri).query)
    return any(name.lower() in secrets.headers for name, _ in request.headers) or any(
        name.lower() in secrets.query for name, _ in query
    )


def _credentials(match: Match) -> str:
    secrets = match.contract.secrets
    named = [f"the header {name!r}" for name in sorted(secrets.headers - {"cookie", "set-cookie"})]
    named += [f"the query parameter {name!r}" for name in sorted(secrets.query)]
    return " or ".join(named)


def _bad_request(operation: Operation) -> int:
    return min(operation.errors & {400, 422}, default=400)


def _told(problems: list[Problem]) -> str:
    shown = [_sentence(problem) for problem in problems[:_SHOWN]]
    more = len(problems) - len(shown)
    return f"The request breaks the contract: {'; '.join(shown)}{f'; and {more} more' if more else ''}."


def _sentence(problem: Problem) -> str:
    place = f" at {problem.instance_path}" if problem.instance_path else ""
    hint = f" ({problem.hint.rstrip('.')})" if problem.hint else ""
    return f"{problem.message}{place}{hint}"
