"""The secrets of the sources, each with the time for which it is valid, so that they can be changed without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from backend.errors import StartError
from backend.settings import Settings
from backend.webhooks.registry import SOURCES
from backend.webhooks.signatures import SecretError, check_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret.

    Attributes:
        value: as the provider gave it.
        begin, end: from when it is valid, and until before when; None is always.
    """

    value: str = field(repr=False)
    begin: datetime | None = None
    end: datetime | None = None

    def is_valid_at(self, moment: datetime) -> bool:
        """Tell whether it is valid."""
        return (self.begin is None or self.begin <= moment) and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets that are configured.

    Args:
        by_source: those of each source.
    """

    _by_source: Mapping[str, tuple[Secret, ...]] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def configured(cls, settings: Settings) -> Self:
        """Read `BACKEND_WEBHOOK_SECRETS`.

        Raises:
            StartError: it is not what is expected; the message shows no value.
        """
        if settings.webhook_secrets is None:
            return cls()
        try:
            by_source = _CONFIGURED.validate_json(settings.webhook_secrets.get_secret_value(), strict=True)
        except ValidationError as error:
            raise _wrong("; ".join(_told(each) for each in error.errors(include_input=False))) from None
        return cls(MappingProxyType({source: tuple(_checked(source, given)) for source, given in by_source.items()}))

    def valid(self, source: str, moment: datetime) -> tuple[str, ...]:
        """Return the secrets of a source that are valid at a moment."""
        return tuple(each.value for each in self._by_source.get(source, ()) if each.is_valid_at(moment))

    def has_any(self, source: str) -> bool:
        """Tell whether a source has secrets, valid or not."""
        return bool(self._by_source.get(source))


class _Period(BaseModel):
    """A secret as it is configured."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    secret: str
    begin: Annotated[AwareDatetime | None, Field(alias="from")] = None
    end: Annotated[AwareDatetime | None, Field(alias="until")] = None


_CONFIGURED: Final = TypeAdapter(dict[str, str | list[str | _Period]], config=ConfigDict(hide_input_in_errors=True))
_SHOWN: Final = frozenset({*SOURCES, "secret", "from", "until"})
"""Names that errors may show; what else is where a name should be may be a secret."""


def _checked(source: str, given: str | list[str | _Period]) -> Iterator[Secret]:
    if source not in SOURCES:
        raise _wrong(f"it has a name that is no source: expected {', '.join(SOURCES)}")
    if not given:
        raise _wrong(f"{source} has no secret: give it one, or leave it out")
    for place, one in enumerate([given] if isinstance(given, str) else given, start=1):
        period = _Period(secret=one) if isinstance(one, str) else one
        try:
            check_secret(SOURCES[source].scheme, period.secret)
        except SecretError as error:
            raise _wrong(f"{source}, secret {place}: {error}") from None
        if period.begin and period.end and period.begin >= period.end:
            raise _wrong(f"{source}, secret {place}: 'from' must be before 'until'")
        yield Secret(value=period.secret, begin=period.begin, end=period.end)


def _told(error: ErrorDetails) -> str:
    where = "/".join(str(part) for part in error["loc"] if isinstance(part, int) or part in _SHOWN)
    return f"{where}: {error['msg']}" if where else error["msg"]


def _wrong(reason: str) -> StartError:
    return StartError(
        f'BACKEND_WEBHOOK_SECRETS is wrong: {reason}. Expected a JSON object such as {{"stripe": "whsec_…"}}; in place '
        'of a secret, an array of secrets and of {"secret", "from", "until"}, the times as in 2026-01-31T00:00:00Z'
    )
