"""Issues split, joined and related; true duplicates of cases."""

import sqlalchemy as sa
from alembic import op

revision = '0007_grouping'
down_revision = '0006_sorting'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
