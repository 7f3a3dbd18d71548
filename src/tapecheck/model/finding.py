"""One thing that tapecheck has to say, with a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: errors fail the run, warnings do so only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class Side(StrEnum):
    """The half of an interaction that a finding speaks of."""

    REQUEST = "request"
    RESPONSE = "response"


class Code(StrEnum):
    """The stable codes of findings, each with a summary; docs/reference/findings.md tells more of each."""

    summary: str

    def __new__(cls, value: str, summary: str) -> Code:
        """Make a member whose value is the code itself."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.summary = summary
        return member

    RESPONSE_BODY = "TC101", "the body of a response breaks its schema"
    REQUEST_BODY = "TC102", "the body of a request breaks its schema"
    ERROR_BODY = "TC103", "the body of an error breaks its schema"
    STATUS = "TC104", "the operation does not declare the status"
    CONTENT_TYPE = "TC105", "the operation does not declare the content type"
    STREAM_EVENT = "TC106", "a streamed event breaks its schema"
    STREAM_ORDER = "TC107", "streamed events are out of order"
    STREAM_INCOMPLETE = "TC108", "a stream never ends properly"
    MALFORMED_BODY = "TC109", "a body is not what its content type says"
    DELIVERY = "TC110", "a delivery breaks the schema of its event"
    SIGNATURE = "TC111", "the signature of a delivery does not verify"
    UNDECLARED_FIELD = "TC201", "the contract does not declare a field"
    UNDECLARED_VALUE = "TC202", "the contract does not know a value of a set that grows"
    UNDECLARED_EVENT = "TC203", "the contract does not declare an event, streamed or delivered"
    UNMATCHED = "TC301", "no operation of any contract matches"
    UNREADABLE_CASSETTE = "TC302", "a cassette cannot be read"
    LEAKED_SECRET = "TC303", "a cassette holds a secret"
    STALE = "TC304", "a recording is too old, or of another version of the API"
    PROVENANCE = "TC305", "a cassette is not what its lock says"
    UNUSED_CASSETTE = "TC306", "no test plays a cassette"
    EMPTY_CASSETTE = "TC307", "a cassette holds no interaction"
    REPLAYED_REQUEST = "TC401", "a request sent at replay breaks the contract, or differs from the one on tape"
    UNPLAYED = "TC402", "an interaction on tape is never played"
    REPLAYED_APP = "TC403", "the app under test was replayed, and did not run"
    RECORD_MODE = "TC404", "a record mode in code or configuration overrides the command line's"
    MOCKED_ANSWER = "TC501", "a mock answers what the contract forbids"
    MOCK_WITHOUT_SPEC = "TC502", "a mock has no spec"
    MOCKED_FIRST_PARTY = "TC503", "first-party code is mocked away"
    UNUSED_MOCK = "TC504", "a mock is set up and never used"
    LEAK = "TC505", "a mock, an override or a variable of the environment outlives its test"

    @property
    def severity(self) -> Severity:
        """Return the severity of all findings of this code: 2xx, TC304 and TC306 are warnings, all others errors."""
        is_warning = self.value.startswith("TC2") or self in {Code.STALE, Code.UNUSED_CASSETTE}
        return Severity.WARNING if is_warning else Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that tapecheck has to say.

    Attributes:
        code: which rule speaks.
        severity: as the run weighs it (`--strict` turns warnings into errors).
        message: what was got and what the contract says.
        cassette: path of the file, as the user gave it: for what is about a mock, the file of the test.
        line: 1-based, the nearest line of that file.
        interaction: 0-based index within the cassette; None where the finding is about the file.
        event: 0-based index of the streamed event.
        instance_path: JSON pointer into the body or the event.
        schema_path: file of the schema, with the JSON pointer of the keyword as fragment.
        hint: the nearest alternative, or what to do next.
    """

    code: Code
    severity: Severity
    message: str
    cassette: str
    line: int
    interaction: int | None = None
    provider: str | None = None
    operation: str | None = None
    side: Side | None = None
    event: int | None = None
    instance_path: str | None = None
    schema_path: str | None = None
    hint: str | None = None
