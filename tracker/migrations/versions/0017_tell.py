"""Digests, bounces, links that answer, and what became of a report."""

revision = '0017_tell'
down_revision = '0016_directory'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
