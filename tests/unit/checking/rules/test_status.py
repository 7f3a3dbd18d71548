from __future__ import annotations

import pytest

from tapecheck.model import Code, Side
from tests.unit.checking.conftest import Weather, exchanged


@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_declared_status_is_fine(weather: Weather, status: int) -> None:
    body = {"id": "1"} if status == 200 else {"error": "x"}
    assert weather.findings(exchanged({**body}, status=status)) == []


@pytest.mark.parametrize(("status", "body"), [(201, {"id": "1"}), (404, {"error": "x"}), (302, {"error": "x"})])
def test_an_undeclared_status_is_told_on_the_line_of_the_interaction(
    weather: Weather, status: int, body: dict[str, str]
) -> None:
    (finding,) = weather.findings(exchanged({**body}, status=status))
    assert (finding.code, finding.side, finding.line) == (Code.STATUS, Side.RESPONSE, 5)
    assert finding.message == f"got status {status}, the operation report declares 200, 400, 503"
    assert finding.hint == "If the provider documents it, add it to `errors` or `success` in contract.toml."
