"""What a town sets as a number, each with who set it and when."""

import sqlalchemy as sa
from alembic import op

revision = '0004_values'
down_revision = '0003_filing'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
