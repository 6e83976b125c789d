"""An answer about a large file says why; the log and who opened what are found by person and time.

Nobody said why before. Indexes only besides; old rows stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = '0026_taken'
down_revision = '0025_erasing'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('answer_note', sa.String(length=200), nullable=False, server_default='')
        )
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.alter_column(
            'answer_note', existing_type=sa.String(length=200), server_default=None
        )
    op.drop_index('ix_access_traces_person_id', table_name='access_traces')
    op.create_index('ix_access_traces_person', 'access_traces', ['person_id', 'id'])
    op.create_index('ix_access_traces_at', 'access_traces', ['at'])
    op.create_index('ix_audit_entries_actor', 'audit_entries', ['actor_id', 'id'])
    op.create_index('ix_audit_entries_at', 'audit_entries', ['at'])


def downgrade() -> None:
    op.drop_index('ix_audit_entries_at', table_name='audit_entries')
    op.drop_index('ix_audit_entries_actor', table_name='audit_entries')
    op.drop_index('ix_access_traces_at', table_name='access_traces')
    op.drop_index('ix_access_traces_person', table_name='access_traces')
    op.create_index('ix_access_traces_person_id', 'access_traces', ['person_id'])
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.drop_column('answer_note')
