"""Word templates of towns, calendar feeds and stamps of papers."""

revision = '0013_folder'
down_revision = '0012_evidence'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
