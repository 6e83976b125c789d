"""How tries at the door look is kept for a day. Begins empty."""

import sqlalchemy as sa
from alembic import op

revision = '0027_spraying'
down_revision = '0026_taken'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guessed_passwords',
    sa.Column('attempt_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('tag', sa.Integer(), nullable=False),
    sa.Column('login_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('attempt_id', name=op.f('pk_guessed_passwords'))
    )
    with op.batch_alter_table('guessed_passwords', schema=None) as batch_op:
        batch_op.create_index('ix_guessed_passwords_tag', ['tag', 'login_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_guessed_passwords_at'), ['at'], unique=False)


def downgrade() -> None:
    op.drop_table('guessed_passwords')
