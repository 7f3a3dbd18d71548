"""With which key, and where, each provider is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from pydantic import SecretStr

from backend.errors import StartError, UnavailableError
from backend.llm.protocol import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A provider as this service may use it.

    Attributes:
        provider: what speaks its language.
        base_url: the root of its API, or of what stands in for it; no slash at the end.
        key: None where there is none.
        key_variable: the environment variable that a key is read from.
    """

    provider: Provider
    base_url: str
    key: SecretStr | None
    key_variable: str

    def secret(self) -> str:
        """Return the key.

        Raises:
            UnavailableError: there is none.
        """
        if self.key is None:
            raise UnavailableError(
                f"{self.provider.name} has no key: set {self.key_variable} and start the service again"
            )
        return self.key.get_secret_value()


def accounts(providers: Mapping[str, Provider], environment: Mapping[str, str]) -> Mapping[str, Account]:
    """Read the accounts from `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL`, the variables of the official SDKs.

    Raises:
        StartError: a base URL is none.
    """
    return MappingProxyType({name: _account(provider, environment) for name, provider in providers.items()})


def sandbox_accounts(providers: Mapping[str, Provider], stand_in: str) -> Mapping[str, Account]:
    """Return accounts at a stand-in, which serves each provider below `<stand_in>/<provider>` and takes any key."""
    environment = {}
    for name, provider in providers.items():
        environment[f"{name.upper()}_API_KEY"] = "sandbox-key"
        environment[f"{name.upper()}_BASE_URL"] = f"{stand_in}/{name}{urlsplit(provider.base_url).path}"
    return accounts(providers, environment)


def _account(provider: Provider, environment: Mapping[str, str]) -> Account:
    prefix = provider.name.upper()
    key = environment.get(f"{prefix}_API_KEY", "").strip()
    base_url = environment.get(f"{prefix}_BASE_URL", "").strip().rstrip("/") or provider.base_url
    if not _is_base(base_url):
        raise StartError(
            f"{prefix}_BASE_URL cannot be called: expected http:// or https://, a host and perhaps a path; "
            "no user, no query and no fragment"
        )
    if not _is_plain(key):
        raise StartError(f"{prefix}_API_KEY has characters that no key has: expected ASCII without blanks")
    return Account(
        provider=provider,
        base_url=base_url,
        key=SecretStr(key) if key else None,
        key_variable=f"{prefix}_API_KEY",
    )


def _is_base(url: str) -> bool:
    """Tell whether paths can be put behind a URL, and its host be named to anybody."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return valid and _is_plain(url) and not set("?#@") & set(url)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
