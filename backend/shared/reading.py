"""Reading versions of shared values from the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, TypeAlias

from pydantic import JsonValue
from sqlalchemy import Row, and_, select

from backend.shared.document import Version
from backend.shared.tables import DocumentRow, VersionRow

_Columns: TypeAlias = Row[str, int, int, JsonValue, str, datetime]

VERSIONS: Final = select(
    VersionRow.name,
    VersionRow.version,
    VersionRow.revision,
    VersionRow.value,
    VersionRow.written_by,
    VersionRow.written_at,
)
"""All versions that are kept, of all spaces; `version_of` takes its rows."""

CURRENT: Final = VERSIONS.join(
    DocumentRow,
    and_(
        DocumentRow.space == VersionRow.space,
        DocumentRow.name == VersionRow.name,
        DocumentRow.version == VersionRow.version,
    ),
)
"""The current versions alone."""


def version_of(row: _Columns) -> Version:
    """Return the version that a row of `VERSIONS` or `CURRENT` holds."""
    return Version(
        name=row.name,
        version=row.version,
        revision=row.revision,
        value=row.value,
        written_by=row.written_by,
        written_at=row.written_at.astimezone(UTC),
    )
