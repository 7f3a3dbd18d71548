"""What can be set, all of it by environment variables."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    AnyHttpUrl,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.errors import StartError

DATABASES: Final = ("postgresql", "postgres", "postgresql+psycopg")
CACHES: Final = ("redis", "rediss", "unix")
"""Schemes of URLs."""


class Environment(StrEnum):
    """Where the service runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def default_data_dir() -> Path:
    """Return where the embedded servers keep their data; for root, a place that its unprivileged server may enter."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/tapecheck-backend")
    return platformdirs.user_data_path("tapecheck-backend", appauthor=False)


class Settings(BaseSettings):
    """The settings; each is the variable `BACKEND_` and its name in capitals, but for those that name another.

    Attributes:
        env: `production` refuses to start without API keys.
        api_keys: any of them, sent as `Authorization: Bearer KEY`, opens the API; separated by commas. Where it is not
            set, the API is open.
        host, port: where to listen.
        data_dir: where the embedded PostgreSQL and Valkey keep their data.
        database_url: a PostgreSQL to use in place of the embedded one (`DATABASE_URL`).
        redis_url: a Valkey or Redis to use in place of the embedded one (`REDIS_URL`).
        upstream_url: to what `POST /api/endpoint` sends on.
        pool_size, pool_timeout: connections to the database, and the seconds to wait for a free one.
        database_timeout: seconds for the whole of what a request does in the database.
        worker: whether this process does durable work; one that does not refuses to start any.
        durable_pool_size: the most connections to the database for durable work, of which one holds the process's id.
        adopt_every: seconds between looks for the durable work of processes that have ended.
        provider: which LLM provider answers where a request names none.
        chat_timeout: seconds for the whole of an answer, retries included.
        chat_retries: how often a failed call of an LLM provider is tried again.
        call_timeout: seconds for the whole of a fetch, or of a call of the upstream.
        connect_timeout, read_timeout: seconds for a connection, and for the next bytes, of any outgoing call; but a
            model may think before its first words for as long as `chat_timeout`.
        answer_bytes: the most that an answer of another service may have, decompressed.
        redirects: how many a fetch follows.
        backoff_initial, backoff_max, backoff_jitter: seconds before the first retry, doubled for each further one; at
            most; and the most that chance adds.
        breaker_failures: so many failures in a row open a host's circuit breaker.
        breaker_open: seconds until an open breaker lets a probe through.
        breaker_probe: seconds that a probe may take before another one is let through.
        webhook_secrets: those of the sources of webhooks, as JSON; see `backend.webhooks.secrets`.
        webhook_bytes: the most that the body of a delivery may have.
        webhook_read_timeout: seconds for the whole body of a delivery to arrive.
        public_url: where the service is called, as its callers see it; behind a proxy it cannot tell by itself.
        webhook_attempts: how often the processing of a delivery is tried, before it goes to the dead letters.
        webhook_backoff_initial, webhook_backoff_max: seconds after the first failed attempt, doubled after each further
            one; and at most. Chance adds as it does to other retries.
        webhook_handler_timeout: seconds that an attempt may take.
        webhook_concurrency: attempts that a process makes at a time.
        shared_versions: how many versions of each shared value are kept.
        collaboration_attempts: how often a step of a collaboration is tried, each time with its `chat_retries`.
        collaboration_backoff_initial, collaboration_backoff_max: seconds after the first failed attempt, doubled after
            each further one; and at most. Chance adds as it does to other retries.
        collaboration_concurrency: LLM calls that a process makes at a time for collaborations.
    """

    model_config = SettingsConfigDict(
        env_prefix="BACKEND_", populate_by_name=True, frozen=True, extra="ignore", allow_inf_nan=False
    )

    env: Environment = Environment.DEVELOPMENT
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    redis_url: SecretStr | None = Field(default=None, validation_alias="REDIS_URL")
    upstream_url: AnyHttpUrl | None = None
    pool_size: PositiveInt = 10
    pool_timeout: PositiveFloat = 5
    database_timeout: Annotated[float, Field(gt=0, le=86400)] = 10
    worker: bool = True
    durable_pool_size: Annotated[int, Field(ge=2)] = 6
    adopt_every: PositiveFloat = 5
    provider: str = "openai"
    chat_timeout: PositiveFloat = 120
    chat_retries: NonNegativeInt = 2
    call_timeout: PositiveFloat = 30
    connect_timeout: PositiveFloat = 5
    read_timeout: PositiveFloat = 30
    answer_bytes: PositiveInt = 10 * 1024 * 1024
    redirects: NonNegativeInt = 5
    backoff_initial: NonNegativeFloat = 1
    backoff_max: NonNegativeFloat = 30
    backoff_jitter: NonNegativeFloat = 0.5
    breaker_failures: PositiveInt = 5
    breaker_open: PositiveFloat = 30
    breaker_probe: PositiveFloat = 150
    webhook_secrets: SecretStr | None = None
    webhook_bytes: PositiveInt = 1024 * 1024
    webhook_read_timeout: PositiveFloat = 10
    public_url: AnyHttpUrl | None = None
    webhook_attempts: Annotated[int, Field(ge=1, le=1000)] = 5
    webhook_backoff_initial: NonNegativeFloat = 10
    webhook_backoff_max: Annotated[float, Field(ge=0, le=31 * 86400)] = 3600
    webhook_handler_timeout: PositiveFloat = 30
    webhook_concurrency: PositiveInt = 8
    shared_versions: PositiveInt = 100
    collaboration_attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    collaboration_backoff_initial: NonNegativeFloat = 5
    collaboration_backoff_max: Annotated[float, Field(ge=0, le=31 * 86400)] = 300
    collaboration_concurrency: PositiveInt = 16

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split_keys(cls, keys: object) -> object:
        if not isinstance(keys, str):
            return keys
        if not (split := tuple(key for part in keys.split(",") if (key := part.strip()))):
            raise ValueError("it is set and holds no key: expected keys separated by commas; unset, it opens the API")
        return split

    @field_validator("database_url", "redis_url")
    @classmethod
    def _check_scheme(cls, url: SecretStr | None, field: ValidationInfo) -> SecretStr | None:
        schemes = DATABASES if field.field_name == "database_url" else CACHES
        if url is not None and _scheme(url.get_secret_value()) not in schemes:
            raise ValueError(f"expected a URL that begins with {schemes[0]}://")
        return url

    @model_validator(mode="after")
    def _guard_production(self) -> Self:
        if self.env is Environment.PRODUCTION and not self.api_keys:
            raise ValueError("BACKEND_ENV=production needs at least one key in BACKEND_API_KEYS")
        return self

    @classmethod
    def load(cls) -> Self:
        """Read the environment.

        Raises:
            StartError: a variable has a value that it cannot have; the message names it and never shows the value.
        """
        try:
            return cls()
        except ValidationError as error:
            faults = "\n".join(f"  {_variable(fault['loc'])}: {fault['msg']}" for fault in error.errors())
            raise StartError(f"the settings are wrong:\n{faults}") from None


def _scheme(url: str) -> str | None:
    """Return the scheme of a URL, None where it cannot be read: why not is not said, as that may show a password."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return None


def _variable(location: tuple[int | str, ...]) -> str:
    """Return the environment variable that a field is read from."""
    if not location:
        return "environment"
    name = str(location[0])
    return name if name.isupper() else f"BACKEND_{name.upper()}"
