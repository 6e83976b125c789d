"""Verdicts as they were read when an issue was closed, and reminders to look at the figures.

Issues that were closed before keep no verdict; those that are watched are reminded from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018_proof'
down_revision = '0017_tell'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proof_readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('step_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('rule', sa.String(length=10), nullable=False),
    sa.Column('read_on', sa.Date(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_proof_readings_issue_id')),
    sa.ForeignKeyConstraint(['step_id'], ['issue_steps.id'], name=op.f('fk_proof_readings_step_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proof_readings'))
    )
    with op.batch_alter_table('proof_readings', schema=None) as batch_op:
        batch_op.create_index('ix_proof_readings_issue', ['issue_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proof_readings_step_id'), ['step_id'], unique=False)

    op.create_table('watch_reminders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_watch_reminders_issue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_reminders')),
    sa.UniqueConstraint('issue_id', 'effective_on', 'months', name=op.f('uq_watch_reminders_issue_id_effective_on_months'))
    )


def downgrade() -> None:
    for table in ('watch_reminders', 'proof_readings'):
        op.drop_table(table)
