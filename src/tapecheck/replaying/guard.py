"""Watches what vcrpy replays in each test, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from sys import modules

from tapecheck.contracts import Contracts
from tapecheck.errors import ContractError
from tapecheck.intercepting import in_process
from tapecheck.model import Finding, Request, Response, RunningTest
from tapecheck.replaying.ignored import Ignored
from tapecheck.replaying.ledger import TapeUse
from tapecheck.replaying.messages import content_of, to_response
from tapecheck.replaying.record_modes import overridden
from tapecheck.replaying.recorder import VcrCassette, VcrRequest
from tapecheck.replaying.replayed_apps import replayed_app
from tapecheck.replaying.replayed_requests import Judge
from tapecheck.replaying.tapes import Play, Tape
from tapecheck.replaying.watching import Watch


class ReplayGuard:
    """Guards tests against their own tapes: TC401, TC403 and TC404, and what TC402 and TC306 are judged by.

    Args:
        contracts: gives the contracts; it is asked when a request is first to be judged.
        root: the folder from which findings name files.
        record_mode: the one that the command line names; None where it names none.
        ignored: what may differ between requests, in every test: JSON pointers, `?name`, and
            names of other parts of the URI.

    Raises:
        ConfigurationError: one of the paths is nothing of these.
    """

    def __init__(
        self, contracts: Callable[[], Contracts], *, root: Path, record_mode: str | None, ignored: Sequence[str] = ()
    ) -> None:
        self._contracts = contracts
        self._record_mode = record_mode
        self._ignored = self._ignored_now = Ignored.of(ignored)
        self._root = root
        self._watch = Watch(self)
        self._judge: Judge | None = None
        self._test: RunningTest | None = None
        self._tapes: list[Tape] = []
        self._plays: list[Play] = []
        self._judged: set[tuple[int, int]] = set()
        self._configured: str | None = None
        self._mode_told = False

    def __enter__(self) -> ReplayGuard:
        """Begin to watch."""
        self._watch.take_in()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self._watch.close()

    # --- the course of a test ----------------------------------------------------------------------------------------

    def begin(self, test: RunningTest, ignored: Sequence[str] = ()) -> None:
        """Begin with a test.

        Args:
            test: that begins; none of its fixtures has been set up.
            ignored: what may differ between requests in this test, besides what may in all.

        Raises:
            ConfigurationError: one of the paths is no part of a request.
        """
        self._watch.take_in()
        self._test = test
        self._tapes = [tape for tape in self._tapes if tape.open]
        for tape in self._tapes:
            tape.played.clear()
            tape.shared = True
        self._plays.clear()
        self._judged.clear()
        self._configured, self._mode_told = None, False
        self._ignored_now = self._ignored | Ignored.of(ignored)

    def calling(self) -> None:
        """Its fixtures are set up."""
        self._watch.take_in()

    def configured(self, record_mode: str) -> None:
        """Take note of the record mode that pytest-recording has come to, before it opens the cassette."""
        self._watch.take_in()
        self._configured = record_mode

    def called(self) -> list[Finding]:
        """Return what is wrong with what was replayed so far.

        Raises:
            ContractError: a contract is broken; it is raised once, and from then on requests are held against tapes
                alone.
        """
        return [*self._of_mode(), *self._of_plays()]

    def ended(self) -> list[Finding]:
        """Return what is wrong with what was replayed since; its fixtures are torn down.

        Raises:
            ContractError: as above.
        """
        return self.called()

    # --- what others ask ---------------------------------------------------------------------------------------------

    def tapes(self) -> list[TapeUse]:
        """Return what the test played, of each file of the cassettes that it opened or played from."""
        return [use for tape in self._tapes if tape.played or not tape.shared for use in tape.uses]

    def peek(self, request: Request) -> Response | None:
        """Return what an open cassette has for a request, without playing it; None where none has anything.

        The interaction counts as played: who asks makes something of it.
        """
        if "vcr.request" not in modules:
            return None
        asked: VcrRequest = modules["vcr.request"].Request(
            request.method, request.uri, request.body.content, dict(request.headers)
        )
        for tape in reversed(self._tapes):
            if tape.open and tape.cassette.can_play_response_for(asked):
                index = _next_of(tape.cassette, asked)
                if index < tape.loaded:
                    tape.played.add(index)
                return to_response(tape.cassette.data[index][1])
        return None

    # --- what vcrpy tells --------------------------------------------------------------------------------------------

    def opened(self, cassette: VcrCassette) -> None:
        """A cassette was loaded: all that is on it came from its files."""
        self._tapes.append(Tape.of(cassette, len(cassette.data)))

    def closed(self, cassette: VcrCassette) -> None:
        """A cassette answers no more."""
        for tape in self._tapes:
            if tape.cassette is cassette:
                tape.open = False

    def played(self, cassette: VcrCassette, index: int, request: VcrRequest) -> None:
        """An interaction has answered a request; what was recorded just now is no matter."""
        tape = self._tape_of(cassette)
        if index >= tape.loaded:
            return
        tape.played.add(index)
        is_same = _are_same(cassette.data[index][0], request)
        play = Play(
            tape=tape,
            index=index,
            sent=request,
            filtered=request if is_same else cassette.filter_request(request),  # now, as hooks may lean on fixtures
            transport=in_process(request.uri),
        )
        self._plays.append(play)

    # --- within ------------------------------------------------------------------------------------------------------

    def _tape_of(self, cassette: VcrCassette) -> Tape:
        """Return what is known of a cassette; one that was opened before anybody watched may have recorded since."""
        for tape in self._tapes:
            if tape.cassette is cassette:
                return tape
        self._tapes.append(Tape.of(cassette, len(cassette.data) if cassette.write_protected else 0))
        return self._tapes[-1]

    def _of_mode(self) -> list[Finding]:
        if self._record_mode is None or self._test is None or self._mode_told:
            return []
        opened = [tape for tape in self._tapes if not tape.shared]
        finding = overridden(self._record_mode, self._configured, opened, self._test)
        self._mode_told = finding is not None
        return [finding] if finding else []

    def _of_plays(self) -> list[Finding]:
        if not self._plays:
            return []
        judge = self._judging()
        plays, self._plays = self._plays, []
        return [finding for play in plays if (finding := self._of_play(judge, play)) is not None]

    def _of_play(self, judge: Judge, play: Play) -> Finding | None:
        """Say one thing of each interaction."""
        key = id(play.tape.cassette), play.index
        if key in self._judged:
            return None
        finding = replayed_app(play, self._root)
        if finding is None and play.tape.protected:
            finding = judge(play, self._ignored_now)
        if finding is not None:
            self._judged.add(key)
        return finding

    def _judging(self) -> Judge:
        if self._judge is None:
            try:
                contracts = self._contracts()
            except ContractError:
                self._judge = Judge(Contracts(), self._root)
                raise
            self._judge = Judge(contracts, self._root)
        return self._judge


def _are_same(stored: VcrRequest, sent: VcrRequest) -> bool:
    content = content_of(sent)
    return content is not None and (content, sent.method, sent.uri) == (
        content_of(stored),
        stored.method,
        stored.uri,
    )


def _next_of(cassette: VcrCassette, asked: VcrRequest) -> int:
    """Return which interaction would be played next for a request that has one."""
    answers = cassette.responses_of(asked)
    fitting = [index for index, (_, stored) in enumerate(cassette.data) if any(stored is one for one in answers)]
    return next((index for index in fitting if cassette.play_counts[index] == 0), fitting[0])
