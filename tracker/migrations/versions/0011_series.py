"""Series of meetings, their members and headings, and what an agenda takes from them."""

revision = '0011_series'
down_revision = '0010_search'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
