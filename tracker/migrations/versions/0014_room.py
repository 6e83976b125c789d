"""Pledges, invitations, texts of minutes and remarks, the look back."""

revision = '0014_room'
down_revision = '0013_folder'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
