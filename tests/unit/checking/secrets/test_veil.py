from __future__ import annotations

import pytest

from tapecheck.checking.secrets import REDACTED, Leak, Place, Veil
from tapecheck.model import Side


def leak(secret: str) -> Leak:
    return Leak(what="a secret key", secret=secret, place=Place(side=Side.REQUEST, part="the body"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the field 'k' (here \"abcdefgh12\")", f"the field 'k' (here \"{REDACTED}\")"),
        ('got "xx abcde…', f'got "xx {REDACTED}…'),
        ("holds a secret key (abcd…)", "holds a secret key (abcd…)"),
        ("/abcdefgh12/defgh", f"/{REDACTED}/{REDACTED}"),
        ("abcdefgh", REDACTED),
        ("no pass, nor a word", f"no {REDACTED}, nor a word"),
        ("", ""),
    ],
    ids=["whole", "cut short", "as much as may show", "twice", "alone", "a short one", "nothing"],
)
def test_no_part_of_a_secret_shows(text: str, shown: str) -> None:
    assert Veil([leak("abcdefgh12"), leak("pass")])(text) == shown
