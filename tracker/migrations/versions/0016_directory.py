"""Resources as they are found: cost, capacity, assurance and where they come from."""

revision = '0016_directory'
down_revision = '0015_drive'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
