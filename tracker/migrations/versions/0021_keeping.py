"""Retention, redaction, exports and backups."""

revision = '0021_keeping'
down_revision = '0020_people'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
