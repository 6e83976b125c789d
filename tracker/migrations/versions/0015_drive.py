"""Stage fields, milestones, delegation and agreements of actions."""

revision = '0015_drive'
down_revision = '0014_room'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
