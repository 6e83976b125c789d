"""Second factors, locks and single sign-on."""

revision = '0019_signing_in'
down_revision = '0018_proof'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
