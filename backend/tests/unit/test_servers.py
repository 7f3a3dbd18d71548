from __future__ import annotations

import pytest
from pydantic import SecretStr

from backend.errors import StartError
from backend.servers import running
from backend.settings import Settings
from backend.tests.services import temporary_directory

DATABASE = SecretStr("postgresql://user:hidden@127.0.0.1:9/db")
CACHE = SecretStr("redis://:hidden@127.0.0.1:9/0")


def test_those_that_are_configured_are_used_and_nothing_is_started() -> None:
    with temporary_directory() as folder:
        settings = Settings(database_url=DATABASE, redis_url=CACHE, data_dir=folder / "data")
        with running(settings) as servers:
            assert servers.database_url == DATABASE.get_secret_value()
            assert servers.redis_url == CACHE.get_secret_value()
            assert servers.embedded == ()
            assert "hidden" not in repr(servers)
        assert not settings.data_dir.exists()


def test_the_other_one_is_embedded() -> None:
    with temporary_directory() as folder:
        settings = Settings(database_url=DATABASE, data_dir=folder / "data")
        with running(settings) as servers:
            assert servers.embedded == ("Valkey",)
            assert servers.redis_url.startswith("redis://:")
            with pytest.raises(StartError), running(settings):
                pass
