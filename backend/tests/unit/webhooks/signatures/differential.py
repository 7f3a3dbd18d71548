"""Deliveries, good and bad, for comparing our verdict with that of an official library."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace

from hypothesis import strategies as st

from backend.tests.unit.webhooks.signatures.samples import BODY, NOW
from backend.webhooks.signatures import SignatureError, sign, verify

EDGES = [-301, -300, -299, -6, -5, -4, 0, 4, 5, 6, 299, 300, 301]
OFFSETS = st.sampled_from(EDGES) | st.integers(-1000, 1000)
TEXTS = st.text(max_size=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery as it arrives, and what it is held against.

    Attributes:
        secret: the one that the receiver has.
        now: seconds since 1970.
    """

    secret: str
    headers: Mapping[str, str]
    body: bytes
    now: int
    url: str | None = None

    def header(self, name: str) -> str | None:
        """What a web framework gives for a name in any case."""
        return {key.lower(): value for key, value in self.headers.items()}.get(name.lower())


def we_accept(scheme: str, sent: Sent) -> bool:
    """Our verdict."""
    try:
        verify(scheme, [sent.secret], sent.headers, sent.body, moment(sent.now), url=sent.url)
    except SignatureError:
        return False
    return True


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def stopped_clock(seconds: int) -> SimpleNamespace:
    """What takes the place of the module `time` in a library."""
    return SimpleNamespace(time=lambda: float(seconds))


def stopped_datetime(seconds: int) -> type[datetime]:
    """What takes the place of `datetime` in a library."""

    class StoppedDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # never naive here
            return datetime.fromtimestamp(seconds, tz or UTC)

    return StoppedDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """What a scheme's deliveries are made of.

    Attributes:
        secrets: of the receiver; the first also signs, unless `private` does.
        signature: the header with the signatures.
        timestamp: the header with nothing but the timestamp, if there is one.
        alphabet: a character of a signature is replaced with one of these, so that it keeps its form for both.
        junk: entries for the list of signatures that both pass over; `{}` stands for the right one.
        offsets: seconds from signing to arriving.
        bodies: as texts, since most libraries decode them.
    """

    scheme: str
    secrets: Sequence[str]
    signature: str
    private: str | None = None
    timestamp: str | None = None
    alphabet: str = string.hexdigits.lower()
    junk: Sequence[str] = ("{}",)
    offsets: st.SearchStrategy[int] = OFFSETS
    bodies: st.SearchStrategy[str] = TEXTS
    url: Callable[[bytes], str | None] = lambda body: None

    def deliveries(self) -> st.SearchStrategy[Sent]:
        """Deliveries of which about a third are right."""
        return _deliveries(self)

    def right(self, body: bytes = BODY) -> Sent:
        """A delivery that is as it should be."""
        url = self.url(body)
        headers = sign(self.scheme, [self.private or self.secrets[0]], body, NOW, id="msg_1", url=url)
        return Sent(secret=self.secrets[0], headers=headers, body=body, now=int(NOW.timestamp()), url=url)

    def changes(self) -> list[Callable[[st.DrawFn, Sent], Sent]]:
        """What may happen on the way; most of it spoils the delivery."""
        changes: list[Callable[[st.DrawFn, Sent], Sent]] = [
            self._other_body,
            self._other_secret,
            self._without_header,
            self._empty_header,
            self._other_case,
            self._other_character,
            self._cut,
        ]
        return [*changes, self._other_timestamp] if self.timestamp else changes

    def _other_body(self, draw: st.DrawFn, sent: Sent) -> Sent:
        return replace(sent, body=draw(self.bodies).encode())

    def _other_secret(self, draw: st.DrawFn, sent: Sent) -> Sent:
        return replace(sent, secret=draw(st.sampled_from(self.secrets)))

    def _without_header(self, draw: st.DrawFn, sent: Sent) -> Sent:
        left_out = draw(st.sampled_from(sorted(sent.headers) or [""]))
        return replace(sent, headers={name: value for name, value in sent.headers.items() if name != left_out})

    def _empty_header(self, draw: st.DrawFn, sent: Sent) -> Sent:
        return replace(sent, headers={**sent.headers, draw(st.sampled_from(sorted(sent.headers) or ["x"])): ""})

    def _other_case(self, draw: st.DrawFn, sent: Sent) -> Sent:
        case = draw(st.sampled_from([str.lower, str.upper, str.title]))
        return replace(sent, headers={case(name): value for name, value in sent.headers.items()})

    def _other_character(self, draw: st.DrawFn, sent: Sent) -> Sent:
        def spoil(value: str) -> str:
            index = draw(st.integers(0, max(0, len(value) // 2)))
            return value[:index] + draw(st.sampled_from(self.alphabet)) + value[index + 1 :]

        return self._with_signature(sent, spoil)

    def _cut(self, draw: st.DrawFn, sent: Sent) -> Sent:
        return self._with_signature(sent, lambda value: value[: draw(st.integers(1, 12)) * -1])

    def among_others(self, draw: st.DrawFn, sent: Sent) -> Sent:
        """Put something beside the signature."""
        form = draw(st.sampled_from(self.junk))
        return self._with_signature(sent, lambda value: form.replace("{}", value))

    def _other_timestamp(self, draw: st.DrawFn, sent: Sent) -> Sent:
        name = self._name(sent, self.timestamp or "")
        other = str(sent.now + draw(self.offsets))
        return replace(sent, headers={**sent.headers, name: other}) if name else sent

    def _with_signature(self, sent: Sent, change: Callable[[str], str]) -> Sent:
        name = self._name(sent, self.signature)
        return replace(sent, headers={**sent.headers, name: change(sent.headers[name])}) if name else sent

    def _name(self, sent: Sent, wanted: str) -> str | None:
        return next((name for name in sent.headers if name.lower() == wanted.lower()), None)


@st.composite
def _deliveries(draw: st.DrawFn, lab: Lab) -> Sent:
    sent = lab.right(draw(lab.bodies).encode())
    if draw(st.booleans()):
        sent = replace(sent, now=sent.now + draw(lab.offsets))
    for change in draw(st.lists(st.sampled_from(lab.changes()), max_size=2)):
        sent = change(draw, sent)
    return lab.among_others(draw, sent) if draw(st.booleans()) else sent


def at(sent: Sent, seconds: int) -> Sent:
    """The same, arriving some seconds after it was signed."""
    return replace(sent, now=int((NOW + timedelta(seconds=seconds)).timestamp()))


def with_header(sent: Sent, name: str, value: str) -> Sent:
    """The same with a header set."""
    return replace(sent, headers={**sent.headers, name: value})
