"""TC401: requests that break the contract, or are not those on tape, though the tape answers them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tapecheck.checking import RustEngine
from tapecheck.checking.problem import Problem, Validation
from tapecheck.checking.requests import request_problems
from tapecheck.checking.secrets import REDACTED, Leak, Scanner, Veil, secrets_for
from tapecheck.contracts import Contract, Contracts, Match
from tapecheck.model import Code, Finding, Interaction, Request, Response, is_request_path
from tapecheck.replaying.comparing import compare
from tapecheck.replaying.differences import Difference
from tapecheck.replaying.finding import about
from tapecheck.replaying.ignored import Ignored
from tapecheck.replaying.messages import content_of, status_of, to_request
from tapecheck.replaying.recorder import VcrRequest, has_own_matchers
from tapecheck.replaying.tapes import Play
from tapecheck.replaying.telling import lines_of_differences, lines_of_problems

_BROKEN: Final = "Mend the code that makes the request: a provider may refuse it, and a tape never does."
_OTHER: Final = (
    "If the tape is right, mend the code; if the request is, record again. What differs in each run is to be declared: "
    "{example!r} in `ignore-request-paths` of [tool.tapecheck], or by @pytest.mark.contracts(ignore=…, reason=…)."
)
_ORDER: Final = (
    "Interaction {index} of the tape is this very request, and yet its answer was not the one played: requests are "
    "fewer than on tape, or in another order. With 'body' in `match_on` of vcr_config each gets its own answer."
)


class Judge:
    """Holds requests against the tape that answered them, and against the contract.

    Args:
        contracts: of the providers.
        root: the folder from which findings name files.
    """

    def __init__(self, contracts: Contracts, root: Path) -> None:
        engine = RustEngine(contracts.schemas)
        self._contracts = contracts
        self._root = root
        self._validation = Validation(engine=engine, annotator=engine, schemas=contracts.schemas)

    def __call__(self, play: Play, ignored: Ignored) -> Finding | None:
        """Say what is wrong with a request; None where nothing is."""
        found = self._contracts.match(play.sent.method, play.sent.uri)
        match = found if isinstance(found, Match) else None
        if found.contract is not None:
            ignored |= Ignored.secret(found.contract.secrets)
        problems = list(self._problems(match, play)) if match else []
        differences = self._differences(play, ignored, found.contract)
        if not problems and not differences:
            return None
        message = "\n".join((*lines_of_problems(problems), *lines_of_differences(differences)))
        hint = _way_out(play, differences, ignored) if differences else _BROKEN
        veil = Veil(self._leaks(play, found.contract))
        return replace(
            about(play, Code.REPLAYED_REQUEST, veil(message), veil(hint), self._root),
            provider=match.contract.provider if match else None,
            operation=match.operation.name if match else None,
            schema_path=next((one.schema_path for one in problems), None),
        )

    def _problems(self, match: Match, play: Play) -> Iterator[Problem]:
        """Yield what breaks the contract, unless the provider refused the request: then a test means to send it."""
        content = content_of(play.sent)
        if content is not None and not 400 <= status_of(play.response) < 500:
            yield from request_problems(match, to_request(play.sent, content), self._validation)

    def _differences(self, play: Play, ignored: Ignored, contract: Contract | None) -> list[Difference]:
        if play.filtered is None or has_own_matchers(play.tape.cassette):
            return []
        found = _compare(play.stored, play.filtered, ignored)
        if any(REDACTED in str(one.on_tape) for one in found):
            found = _compare(play.stored, play.filtered, ignored, self._scanner(contract))
        return found

    def _leaks(self, play: Play, contract: Contract | None) -> Iterator[Leak]:
        scanner = self._scanner(contract)
        for request in (play.stored, play.sent):
            yield from scanner.find(_unanswered(to_request(request, content_of(request) or b"")))

    def _scanner(self, contract: Contract | None) -> Scanner:
        return Scanner(secrets_for(self._contracts, contract))


def _compare(
    stored: VcrRequest, sent: VcrRequest, ignored: Ignored, scanner: Scanner | None = None
) -> list[Difference]:
    """Return in what two requests differ, for a scanner once the secrets of both are hidden."""
    contents = content_of(stored), content_of(sent)
    if contents[0] == contents[1] and (stored.method, stored.uri) == (sent.method, sent.uri):
        return []
    on_tape, now = to_request(stored, contents[0] or b""), to_request(sent, contents[1] or b"")
    if scanner is not None:
        on_tape, now = _redacted(on_tape, scanner), _redacted(now, scanner)
    return compare(on_tape, now, ignored, bodies=None not in contents)


def _redacted(request: Request, scanner: Scanner) -> Request:
    return scanner.redact(_unanswered(request)).request


def _unanswered(request: Request) -> Interaction:
    return Interaction(index=0, line=1, request=request, response=Response(status=200))


def _way_out(play: Play, differences: Sequence[Difference], ignored: Ignored) -> str:
    """Say what to do about differences; the request may stand elsewhere on the tape."""
    for index, (stored, _) in enumerate(play.tape.cassette.data):
        if play.filtered is not None and index != play.index and not _compare(stored, play.filtered, ignored):
            return _ORDER.format(index=index)
    return _OTHER.format(example=next(filter(is_request_path, (one.place for one in differences)), "/path"))
