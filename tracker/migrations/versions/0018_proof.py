"""Verdicts as they were read, and reminders of watching."""

revision = '0018_proof'
down_revision = '0017_tell'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
