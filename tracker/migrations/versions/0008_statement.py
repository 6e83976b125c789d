"""The parts of a statement, how much it weighs, letters to the prefecture."""

import sqlalchemy as sa
from alembic import op

revision = '0008_statement'
down_revision = '0007_grouping'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
