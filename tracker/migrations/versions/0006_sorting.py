"""Who looks after a case, notes inside the centre, templates of answers."""

import sqlalchemy as sa
from alembic import op

revision = '0006_sorting'
down_revision = '0005_tallies'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
