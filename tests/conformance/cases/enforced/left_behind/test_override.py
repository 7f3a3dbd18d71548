# without: passed
# with test_closed: TC505
# with test_open: passed
# says with: opening_hours
import pytest
from fastapi.testclient import TestClient

from shop.web import app, opening_hours


def test_closed():
    app.dependency_overrides[opening_hours] = lambda: "closed"
    assert TestClient(app).get("/hours").json() == {"hours": "closed"}


@pytest.mark.anyio
async def test_open():
    assert (TestClient(app).get("/hours")).status_code == 200


@pytest.fixture(scope="module", autouse=True)
def clean():
    yield
    app.dependency_overrides.clear()
