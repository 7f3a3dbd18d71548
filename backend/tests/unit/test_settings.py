from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import StartError
from backend.settings import Environment, Settings, default_data_dir


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


def test_nothing_has_to_be_set() -> None:
    settings = Settings.load()
    assert (settings.host, settings.port, settings.env) == ("127.0.0.1", 8000, Environment.DEVELOPMENT)
    assert settings.api_keys == ()
    assert settings.data_dir == default_data_dir()


def test_every_kind_of_setting_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(
        monkeypatch,
        BACKEND_ENV="production",
        BACKEND_API_KEYS=" first ,second,, ",
        BACKEND_PORT="9000",
        BACKEND_DATA_DIR=str(tmp_path),
        DATABASE_URL="postgresql://user:word@127.0.0.1/db",
        REDIS_URL="redis://127.0.0.1/0",
        BACKEND_UPSTREAM_URL="https://api.example.com/endpoint",
        BACKEND_CHAT_TIMEOUT="1.5",
        BACKEND_WEBHOOK_SECRETS='{"stripe": "whsec_hidden"}',
        BACKEND_PUBLIC_URL="https://hooks.example.com",
    )
    assert settings.webhook_secrets is not None
    assert settings.webhook_secrets.get_secret_value() == '{"stripe": "whsec_hidden"}'
    assert str(settings.public_url) == "https://hooks.example.com/"
    assert [key.get_secret_value() for key in settings.api_keys] == ["first", "second"]
    assert (settings.env, settings.port, settings.data_dir) == (Environment.PRODUCTION, 9000, tmp_path)
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://user:word@127.0.0.1/db"
    assert str(settings.upstream_url) == "https://api.example.com/endpoint"
    assert settings.chat_timeout == 1.5


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        BACKEND_API_KEYS="hidden-1",
        DATABASE_URL="postgresql://u:hidden-2@127.0.0.1/db",
        BACKEND_WEBHOOK_SECRETS='{"stripe": "hidden-3"}',
    )
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BACKEND_PORT", "70000"),
        ("BACKEND_PORT", "http"),
        ("BACKEND_ENV", "test"),
        ("BACKEND_CHAT_TIMEOUT", "0"),
        ("BACKEND_UPSTREAM_URL", "ftp://secret@example.com"),
        ("BACKEND_CONNECT_TIMEOUT", "inf"),
        ("BACKEND_CONNECT_TIMEOUT", "nan"),
        ("BACKEND_BACKOFF_MAX", "inf"),
        ("BACKEND_DATABASE_TIMEOUT", "inf"),
        ("BACKEND_API_KEYS", ""),
        ("BACKEND_API_KEYS", ","),
        ("BACKEND_API_KEYS", " , "),
        ("DATABASE_URL", "mysql://user:secret@127.0.0.1/x"),
        ("REDIS_URL", "redis://:secret[secret]@127.0.0.1/0"),
        ("REDIS_URL", "secret"),
        ("BACKEND_WEBHOOK_BYTES", "0"),
        ("BACKEND_PUBLIC_URL", "hooks.example.com"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    with pytest.raises(StartError, match=variable) as caught:
        load(monkeypatch, **{variable: value})
    assert "secret" not in str(caught.value)


def test_production_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StartError, match="BACKEND_API_KEYS"):
        load(monkeypatch, BACKEND_ENV="production", BACKEND_API_KEYS=" , ")


def test_the_data_of_root_are_where_its_server_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/tapecheck-backend")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert default_data_dir().name == "tapecheck-backend"
