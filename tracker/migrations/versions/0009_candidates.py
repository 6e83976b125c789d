"""What repeats: candidates, the rule's cells, rules learnt from groupings."""

import sqlalchemy as sa
from alembic import op

revision = '0009_candidates'
down_revision = '0008_statement'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
