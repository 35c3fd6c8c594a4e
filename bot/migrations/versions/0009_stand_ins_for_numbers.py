"""Numbers of messages that are stored get stand-ins, which have no order: rows tell theirs.

The numbers that are there stay as they are: the program that starts next, which has the keys,
exchanges them. PostgreSQL's planner keeps no samples of words that are to be forgotten.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "are_numbers_hidden",
                sa.Boolean(),
                server_default=sa.text("false"),
                nullable=False,
            )
        )

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("album", sa.String(), nullable=True))

    with op.batch_alter_table("message_subject", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "position",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.create_index(
            "ix_message_subject_chat_id_position", ["chat_id", "position"], unique=False
        )

    # A command (kind "command") keeps 0: it is nothing that was said.
    op.execute(
        """
        UPDATE message_subject SET position = (
            SELECT count(*) FROM message_subject AS earlier
            WHERE earlier.chat_id = message_subject.chat_id
            AND earlier.message_id <= message_subject.message_id
            AND earlier.kind <> 'command'
        )
        WHERE kind <> 'command'
        """
    )

    if op.get_bind().dialect.name == "postgresql":
        # The planner's sample of words would outlive those that are forgotten.
        op.execute("ALTER TABLE feedback_item ALTER COLUMN words SET STATISTICS 0")


def downgrade() -> None:
    """Go one step back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE feedback_item ALTER COLUMN words SET STATISTICS -1")

    with op.batch_alter_table("message_subject", schema=None) as batch_op:
        batch_op.drop_index("ix_message_subject_chat_id_position")
        batch_op.drop_column("position")

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("album")

    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.drop_column("are_numbers_hidden")
