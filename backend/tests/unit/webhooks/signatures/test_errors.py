"""What is raised, and how it is answered."""

from __future__ import annotations

from backend.errors import BackendError, Problem
from backend.webhooks.signatures.errors import (
    MissingHeaderError,
    Reason,
    SchemeError,
    SecretError,
    SignatureError,
)


def test_a_refused_signature_is_a_problem_for_who_sent_it() -> None:
    error = SignatureError(Reason.TOO_OLD, "it is old")
    assert isinstance(error, Problem)
    assert (error.status, error.reason, error.detail) == (401, Reason.TOO_OLD, "it is old")
    assert error.challenge == "Signature"
    assert not error.transient
    assert not error.blames_host


def test_a_missing_header_is_a_bad_request() -> None:
    error = MissingHeaderError("X-Hub-Signature-256")
    assert (error.status, error.reason, error.challenge) == (400, Reason.MISSING_HEADER, None)
    assert "X-Hub-Signature-256" in error.detail


def test_what_is_wrong_on_our_side_is_no_problem_of_the_sender() -> None:
    for kind in (SchemeError, SecretError):
        assert issubclass(kind, BackendError)
        assert issubclass(kind, ValueError)
        assert not issubclass(kind, Problem)
