"""What a town says of itself: titles, hours, types of its own, announcements."""

revision = '0022_settings'
down_revision = '0021_keeping'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
