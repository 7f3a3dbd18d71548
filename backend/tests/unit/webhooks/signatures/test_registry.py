"""Which schemes there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.webhooks.signatures import schemes
from backend.webhooks.signatures.errors import SchemeError
from backend.webhooks.signatures.registry import SCHEMES, scheme_named
from backend.webhooks.signatures.scheme import Scheme


def test_every_file_is_a_scheme() -> None:
    (folder,) = schemes.__path__
    assert list(SCHEMES) == sorted(path.stem for path in Path(folder).glob("[!_]*.py"))


def test_the_schemes_are_those_of_the_plan() -> None:
    assert set(SCHEMES) == {
        "discord",
        "generic",
        "github",
        "openai",
        "paddle",
        "shopify",
        "slack",
        "standard",
        "stripe",
        "svix",
        "twilio",
    }


def test_a_scheme_is_found_by_name() -> None:
    scheme: Scheme = scheme_named("stripe")
    assert scheme is SCHEMES["stripe"]


@pytest.mark.parametrize("name", ["", "Stripe", "gitlab", "__init__"])
def test_other_names_are_none(name: str) -> None:
    with pytest.raises(SchemeError, match="choose one of discord, generic, github"):
        scheme_named(name)
