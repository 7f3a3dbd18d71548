"""Who is asked, with which key, and what may be said of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

from tapecheck.cassettes import Source
from tapecheck.errors import UsageError
from tapecheck.recording.job import Job

StandIn = Callable[[], AbstractContextManager[str]]
"""Starts a stand-in for as long as the context lasts; gives its URL."""

SOURCE = "TAPECHECK_SOURCE"
BASE_URL = "TAPECHECK_BASE_URL"
CASSETTES = "TAPECHECK_CASSETTES"

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_access(job: Job) -> None:
    """See that all is there that recording needs, before anything starts.

    Raises:
        UsageError: the key is missing, or the base URL is none that the key may be sent to.
    """
    if job.base_url is not None:
        _check_url(job.base_url)
    variable = job.contract.environment
    if job.source is Source.LIVE and variable is not None and not job.environment.get(variable):
        raise UsageError(
            f"the environment variable {variable} is not set: it holds the key for {job.contract.provider}",
            hint="Set it, or record from the stand-in, which needs none: --source sandbox. Nothing was changed.",
        )


def source_on_record(job: Job) -> Source:
    """Return what the lock may say: live is only what a host of the provider itself answered over https."""
    if job.source is Source.SANDBOX or job.base_url is None:
        return job.source
    url = urlsplit(job.base_url)
    is_providers = job.contracts.match("GET", job.base_url).contract is job.contract
    return Source.LIVE if is_providers and url.scheme == "https" and url.port in (None, 443) else Source.SANDBOX


@contextmanager
def asked(job: Job, stand_in: StandIn) -> Iterator[dict[str, str]]:
    """Start a stand-in if one is needed; give the variables that tell the tests whom to ask."""
    variables = {name: value for name, value in job.environment.items() if name != BASE_URL} | {SOURCE: job.source}
    if job.source is Source.LIVE:
        yield variables if job.base_url is None else {**variables, BASE_URL: job.base_url}
        return
    keys = {contract.environment for contract in job.contracts}
    variables = {name: value for name, value in variables.items() if name not in keys}
    if job.base_url is not None:
        yield {**variables, BASE_URL: job.base_url}
        return
    with stand_in() as url:
        yield {**variables, BASE_URL: url}


def _check_url(text: str) -> None:
    try:
        url = urlsplit(text)
        url.port  # noqa: B018 - it is parsed here
    except ValueError as error:
        raise UsageError(f"--base-url: {text!r} is no URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.hostname:
        raise UsageError(f"--base-url: got {text!r}, expected a URL such as http://127.0.0.1:8000")
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        raise UsageError(
            f"--base-url: {text!r} would send the key over http, which everybody on the way can read",
            hint="Use https; http is for this machine only.",
        )
