"""Issues gain vignettes and options for meetings. Old issues have none; frozen sheets stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = '0012_evidence'
down_revision = '0011_series'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('issue_vignettes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=120), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_vignettes_issue_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_issue_vignettes_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_vignettes'))
    )
    op.create_table('issue_options',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('cost', sa.String(length=30), nullable=False),
    sa.Column('who', sa.String(length=30), nullable=False),
    sa.Column('effect', sa.String(length=60), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_options_issue_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_issue_options_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_options'))
    )
    for table in ('issue_vignettes', 'issue_options'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in ('issue_id', 'written_by_id'):
                batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)


def downgrade() -> None:
    for table in ('issue_options', 'issue_vignettes'):
        op.drop_table(table)
