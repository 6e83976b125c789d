"""Frozen sheets, letters and papers say since when words of them are erased; what was taken out may be kept a while.

Of old rows nothing was erased, and nothing that was taken out before is kept.
"""

import sqlalchemy as sa
from alembic import op

revision = '0025_erasing'
down_revision = '0024_areas'
branch_labels = None
depends_on = None

FROZEN = ('agenda_items', 'issue_letters', 'paper_versions')


def upgrade() -> None:
    for name in FROZEN:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
            batch_op.add_column(sa.Column('left_hash', sa.String(length=64), nullable=True))
    op.create_table('redaction_originals',
    sa.Column('redaction_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['redaction_id'], ['redactions.id'], name=op.f('fk_redaction_originals_redaction_id')),
    sa.PrimaryKeyConstraint('redaction_id', name=op.f('pk_redaction_originals'))
    )
    with op.batch_alter_table('redaction_originals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redaction_originals_until'), ['until'], unique=False)


def downgrade() -> None:
    op.drop_table('redaction_originals')
    for name in FROZEN:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('left_hash')
            batch_op.drop_column('erased_at')
