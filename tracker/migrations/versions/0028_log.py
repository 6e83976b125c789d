"""Heads of the log are sealed; a trace says how something was read; files know which cases they hold.

Heads that stand are sealed as they are now, old traces are openings. What older files held is not
known any more.
"""

import hashlib
import hmac
import json

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = '0028_log'
down_revision = '0027_spraying'
branch_labels = None
depends_on = None


def head_seal(chain, length, head, key):
    """The seal as it is made when this was written."""
    content = json.dumps(['head', chain, length, head], separators=(',', ':'))
    return hmac.new(key.encode(), content.encode(), hashlib.sha256).hexdigest()


def upgrade() -> None:
    with op.batch_alter_table('audit_chains', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seal', sa.String(length=64), nullable=False, server_default=''))
    with op.batch_alter_table('access_traces', schema=None) as batch_op:
        batch_op.add_column(sa.Column('how', sa.String(length=10), nullable=False, server_default='opened'))
    op.create_table('export_cases',
    sa.Column('export_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_export_cases_case_id')),
    sa.ForeignKeyConstraint(['export_id'], ['exports.id'], name=op.f('fk_export_cases_export_id')),
    sa.PrimaryKeyConstraint('export_id', 'case_id', name=op.f('pk_export_cases'))
    )
    with op.batch_alter_table('export_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_cases_case_id'), ['case_id'], unique=False)
    chains = sa.table('audit_chains', sa.column('chain'), sa.column('length'), sa.column('head'), sa.column('seal'))
    connection = op.get_bind()
    for row in connection.execute(sa.select(chains.c.chain, chains.c.length, chains.c.head)).all():
        sealed = head_seal(row.chain, row.length, row.head, current_app.config['AUDIT_KEY'])
        connection.execute(sa.update(chains).where(chains.c.chain == row.chain).values(seal=sealed))


def downgrade() -> None:
    op.drop_table('export_cases')
    with op.batch_alter_table('access_traces', schema=None) as batch_op:
        batch_op.drop_column('how')
    with op.batch_alter_table('audit_chains', schema=None) as batch_op:
        batch_op.drop_column('seal')
