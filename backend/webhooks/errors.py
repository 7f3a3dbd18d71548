"""Why a delivery is refused that its signature does not speak against."""

from __future__ import annotations

from backend.errors import Problem


class DeliveryRefusedError(Problem):
    """A delivery that cannot be read."""

    status = 400
    title = "Delivery refused"
