"""The headers of a delivery: names in any case, and no two values for one name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from backend.webhooks.signatures.errors import MissingHeaderError, Reason, SignatureError

_ID: Final = re.compile(r"[ -~]{1,1024}")


class Headers:
    """Headers as they arrived.

    Args:
        headers: a mapping, or pairs of name and value in which a name may come again.
    """

    __slots__ = ("_values",)

    def __init__(self, headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, set[str]] = {}
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            self._values.setdefault(name.lower(), set()).add(value)

    def get(self, *names: str) -> str | None:
        """Return the value of the first of these that is there, empty or not.

        Raises:
            SignatureError: it came twice, with two values.
        """
        for name in names:
            values = self._values.get(name.lower(), ())
            if len(values) > 1:
                raise SignatureError(
                    Reason.MALFORMED, f"the header {name} came with {len(values)} values: send it only once"
                )
            for value in values:
                return value
        return None

    def need(self, *names: str) -> str:
        """Return what `get` returns.

        Raises:
            MissingHeaderError: there is none, or it is empty.
            SignatureError: it came twice, with two values.
        """
        value = self.get(*names)
        if not value:
            raise MissingHeaderError(names[0])
        return value

    def delivery_id(self, *names: str) -> str | None:
        """Return what `get` returns, fit to be stored; None in place of an empty one.

        Raises:
            SignatureError: it came twice, with two values, or is no printable ASCII of at most 1,024 characters.
        """
        value = self.get(*names) or None
        if value is not None and not _ID.fullmatch(value):
            raise SignatureError(
                Reason.MALFORMED, f"the id in {names[0]} is too long or has characters other than printable ASCII"
            )
        return value
