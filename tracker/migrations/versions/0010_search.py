"""Words by which cases, issues, minutes and resources are found."""

import sqlalchemy as sa
from alembic import op

revision = '0010_search'
down_revision = '0009_candidates'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
