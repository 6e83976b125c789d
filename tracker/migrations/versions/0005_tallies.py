"""Cases counted by cell in the transaction of the case; filters saved by name."""

import sqlalchemy as sa
from alembic import op

revision = '0005_tallies'
down_revision = '0004_values'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
