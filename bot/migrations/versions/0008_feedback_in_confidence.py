"""Feedback in confidence: sealed boxes, what is released of them, and marks that tell nothing.

The ids that stand in the tables of marks stay as they are: the program that starts next, which has
the keys, makes marks of them.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "feedback_batch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_compact", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_feedback_batch")),
    )
    op.create_table(
        "feedback_box",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_box")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "mark_key",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_mark_key")),
    )
    op.create_table(
        "feedback_outcome",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "coalition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id"],
            ["coalition.id"],
            name=op.f("fk_feedback_outcome_coalition_id_coalition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_outcome")),
    )
    with op.batch_alter_table("feedback_outcome", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feedback_outcome_coalition_id", ["coalition_id", "published_at"], unique=False
        )

    op.create_table(
        "feedback_item",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "coalition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("theme", sa.String(), server_default="", nullable=False),
        sa.Column("is_safeguarding", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_feedback_item_coalition_id_coalition")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_feedback_item_entry_id_entry")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_feedback_item_group_id_group")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["action_point.id"], name=op.f("fk_feedback_item_point_id_action_point")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_item")),
    )
    with op.batch_alter_table("feedback_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feedback_item_coalition_id_week", ["coalition_id", "week"], unique=False
        )
        batch_op.create_index("ix_feedback_item_receipt", ["receipt"], unique=False)

    with op.batch_alter_table("coalition", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "feedback",
                sa.Enum(
                    "closed", "open", "paused", name="feedbackstate", native_enum=False, length=24
                ),
                server_default="closed",
                nullable=False,
            )
        )

    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("feedback_offered_on", sa.Date(), nullable=True))

    for table in ("update_mark_even", "update_mark_odd"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("update_id", new_column_name="mark")


def downgrade() -> None:
    """Go one step back."""
    for table in ("update_mark_odd", "update_mark_even"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("mark", new_column_name="update_id")

    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.drop_column("feedback_offered_on")

    with op.batch_alter_table("coalition", schema=None) as batch_op:
        batch_op.drop_column("feedback")

    with op.batch_alter_table("feedback_item", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_item_receipt")
        batch_op.drop_index("ix_feedback_item_coalition_id_week")

    op.drop_table("feedback_item")
    with op.batch_alter_table("feedback_outcome", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_outcome_coalition_id")

    op.drop_table("feedback_outcome")
    op.drop_table("mark_key")
    op.drop_table("installation")
    op.drop_table("feedback_box")
    op.drop_table("feedback_batch")
