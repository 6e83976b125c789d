"""Offices from the national file, moves, mergers and reviews of rights."""

revision = '0020_people'
down_revision = '0019_signing_in'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
