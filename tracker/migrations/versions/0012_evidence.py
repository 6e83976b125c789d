"""Vignettes, options and shapes of frozen evidence."""

revision = '0012_evidence'
down_revision = '0011_series'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
