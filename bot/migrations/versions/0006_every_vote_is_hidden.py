"""Every vote is hidden until it is closed: nothing has to say so of a motion."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("motion", schema=None) as batch_op:
        batch_op.drop_column("is_hidden")


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("motion", schema=None) as batch_op:
        # Of those that are there it was true, too.
        batch_op.add_column(
            sa.Column("is_hidden", sa.Boolean(), nullable=False, server_default=sa.true())
        )
