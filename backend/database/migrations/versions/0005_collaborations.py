"""Collaborations and their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of collaborations."""
    _collaborations()
    _steps()


def downgrade() -> None:
    """Drop them."""
    for table in ("collaboration_steps", "collaborations"):
        op.drop_table(table)


def _collaborations() -> None:
    table = "collaborations"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("agents", sa.JSON(), nullable=False),
        sa.Column("task", sa.JSON(), nullable=False),
        sa.Column("started_by", sa.Text()),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.JSON()),
        sa.Column("idempotency_key", sa.Text()),
        sa.CheckConstraint("status IN ('started', 'running', 'succeeded', 'failed', 'cancelled')", name="status"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    unfinished = sa.text("status IN ('started', 'running')")
    op.create_index(f"ix_{table}_unfinished", table, ["id"], postgresql_where=unfinished)


def _steps() -> None:
    statuses = "'pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'"
    op.create_table(
        "collaboration_steps",
        sa.Column("collaboration", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("prompt", sa.JSON()),
        sa.Column("answer", sa.JSON()),
        sa.Column("model", sa.Text()),
        sa.Column("input_tokens", sa.Integer()),
        sa.Column("output_tokens", sa.Integer()),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("failures", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.JSON()),
        sa.CheckConstraint(f"status IN ({statuses})", name="status"),
        sa.ForeignKeyConstraint(["collaboration"], ["collaborations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("collaboration", "id"),
    )
