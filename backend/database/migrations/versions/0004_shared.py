"""Shared values: spaces, documents, and their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of shared values."""
    op.create_table(
        "shared_spaces",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("space"),
    )
    op.create_table(
        "shared_documents",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("space", "name"),
    )
    op.create_table(
        "shared_versions",
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["space", "name"], ["shared_documents.space", "shared_documents.name"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("space", "name", "version"),
        sa.UniqueConstraint("space", "revision"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("shared_versions", "shared_documents", "shared_spaces"):
        op.drop_table(table)
