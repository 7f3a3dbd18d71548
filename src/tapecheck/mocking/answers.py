"""TC501: a mocked answer that the provider would never give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tapecheck.mocking.stage import Answer
from tapecheck.model import Body, Cassette, Code, Finding, Interaction, Response, RunningTest, Side

if TYPE_CHECKING:
    from tapecheck.checking import Checker
    from tapecheck.contracts import Contracts

_HINT: Final = (
    "Mock what the provider answers (a recorded answer, or the fixture `generated`); if the test means a broken answer,"
    ' say so: @pytest.mark.contracts(ignore=["TC501"], reason=...).'
)


class Judge:
    """Holds mocked answers against contracts, which are loaded when there is the first answer that may fall under one.

    Args:
        contracts: gives the contracts; what it raises goes to whoever asks.
    """

    def __init__(self, contracts: Callable[[], Contracts]) -> None:
        self._load = contracts
        self._loaded: tuple[Contracts, Checker] | None = None

    def broken(self, answers: Iterable[Answer], test: RunningTest) -> Iterator[Finding]:
        """Yield a finding for each thing that an answer to a known operation has and its contract forbids, each once.

        An error of which only the status is mocked says nothing of its body; that its body is missing is no finding.

        Raises:
            ContractError: a contract is broken.
        """
        told: set[Finding] = set()
        for answer in answers:
            for finding in self._look(answer, test):
                plain = replace(finding, message="")
                if plain not in told:
                    told.add(plain)
                    yield finding

    def _look(self, answer: Answer, test: RunningTest) -> Iterator[Finding]:
        from tapecheck.contracts import Match

        if _is_local(answer.request.uri):
            return
        contracts, checker = self._known()
        match = contracts.match(answer.request.method, answer.request.uri)
        content = answer.content() if isinstance(match, Match) else None
        if content is None:
            return
        interaction = _interaction(answer, content, test.line)
        tape = Cassette(path=test.path, format="mock", interactions=(interaction,))
        for finding in checker.check_cassette(tape, own=False).findings:
            if _counts(finding, interaction.response):
                yield _told(finding, answer, test)

    def _known(self) -> tuple[Contracts, Checker]:
        from tapecheck.checking import Checker

        if self._loaded is None:
            contracts = self._load()
            self._loaded = contracts, Checker(contracts)
        return self._loaded


def _is_local(uri: str) -> bool:
    """Tell whether a host is none that a provider could have, so that no contract need be loaded."""
    try:
        host = urlsplit(uri).hostname or ""
        return "." not in host or ip_address(host).is_loopback
    except ValueError:  # a name, or no URL at all
        return False


def _interaction(answer: Answer, content: bytes, line: int) -> Interaction:
    from tapecheck.cassettes import Limits
    from tapecheck.cassettes.decoding import decode

    plain, problem = decode(content, answer.headers, Limits().body_bytes)
    response = Response(
        status=answer.status, headers=answer.headers, body=Body(content=plain, line=line, problem=problem)
    )
    return Interaction(index=0, line=line, request=answer.request, response=response)


def _counts(finding: Finding, response: Response) -> bool:
    if finding.side is not Side.RESPONSE or not finding.code.startswith("TC1"):
        return False
    return finding.code is Code.STATUS or response.status < 400 or bool(response.body.content)


def _told(finding: Finding, answer: Answer, test: RunningTest) -> Finding:
    said = f"{answer.by} answers {finding.provider} {finding.operation}: {finding.message}"
    return replace(
        finding,
        code=Code.MOCKED_ANSWER,
        severity=Code.MOCKED_ANSWER.severity,
        message=said,
        line=test.line,
        interaction=None,
        hint=" ".join(filter(None, (finding.hint, _HINT))),
    )
