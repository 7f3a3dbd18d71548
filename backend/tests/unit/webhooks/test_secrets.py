from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from backend.errors import StartError
from backend.settings import Settings
from backend.webhooks.secrets import Secret, Secrets

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def configured(value: object) -> Secrets:
    given = value if isinstance(value, str) else json.dumps(value)
    return Secrets.configured(Settings(webhook_secrets=SecretStr(given)))


def test_without_secrets_there_are_none() -> None:
    secrets = Secrets.configured(Settings())
    assert secrets.valid("stripe", NOW) == ()
    assert not secrets.has_any("stripe")


def test_a_source_has_one_or_several() -> None:
    secrets = configured({"stripe": "whsec_one", "github": ["one", {"secret": "two"}]})
    assert secrets.valid("stripe", NOW) == ("whsec_one",)
    assert secrets.valid("github", NOW) == ("one", "two")
    assert [secrets.has_any(source) for source in ("stripe", "github", "generic")] == [True, True, False]


def test_secrets_change_without_a_gap() -> None:
    change = "2026-01-31T01:00:00+01:00"
    secrets = configured({"github": [{"secret": "old", "until": change}, {"secret": "new", "from": change}]})
    assert secrets.valid("github", NOW - timedelta(microseconds=1)) == ("old",)
    assert secrets.valid("github", NOW) == ("new",)


def test_a_secret_that_is_over_still_counts_as_one() -> None:
    secrets = configured({"generic": [{"secret": "old", "until": "2026-01-01T00:00:00Z"}]})
    assert secrets.valid("generic", NOW) == ()
    assert secrets.has_any("generic")


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_a_period_has_its_begin_and_not_its_end(begin: datetime, end: datetime, moment: datetime) -> None:
    secret = Secret(value="one", begin=begin, end=end)
    assert secret.is_valid_at(moment) == (begin <= moment < end)
    assert Secret(value="one").is_valid_at(moment)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "Invalid JSON"),
        ("hidden", "Invalid JSON"),
        ('["hidden"]', "an object"),
        ({"hidden": "one"}, "no source"),
        ({"stripe": ""}, "stripe has no secret"),
        ({"stripe": []}, "stripe has no secret"),
        ({"stripe": "  "}, "stripe, secret 1: the secret is blank"),
        ({"standard": ["whsec_aGlkZGVu", "whsec_hidden!"]}, "standard, secret 2: .*base64"),
        ({"discord": "hidden"}, "discord, secret 1: .*32 encoded bytes"),
        ({"stripe": 1234567}, "stripe: .*valid string"),
        ({"stripe": {"secret": "hidden"}}, "stripe: .*valid array"),
        ({"stripe": [{"secret": "hidden", "until": "2026-01-31T00:00:00"}]}, "stripe/0/until: .*timezone"),
        ({"stripe": [{"secret": "hidden", "from": 1234567}]}, "stripe/0/from"),
        ({"stripe": [{"secret": "hidden", "from": "hidden"}]}, "stripe/0/from"),
        ({"stripe": [{"hidden": "one", "secret": "hidden"}]}, "stripe/0: Extra"),
        ({"stripe": [{"from": "2026-01-31T00:00:00Z"}]}, "stripe/0/secret"),
        (
            {"stripe": [{"secret": "hidden", "from": "2026-01-31T00:00:00Z", "until": "2026-01-31T00:00:00Z"}]},
            "'from' must be before 'until'",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_no_value(value: object, reason: str) -> None:
    with pytest.raises(StartError, match=f"BACKEND_WEBHOOK_SECRETS is wrong: .*{reason}") as caught:
        configured(value)
    for hidden in ("hidden", "1234567", "aGlkZGVu"):
        assert hidden not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    assert "hidden" not in repr(configured({"stripe": "whsec_hidden"}))
    assert "hidden" not in repr(Secret(value="hidden"))
