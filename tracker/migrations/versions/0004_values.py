"""What a town sets as a number, each with who set it and when. Towns without a row: the defaults."""

import sqlalchemy as sa
from alembic import op

revision = '0004_values'
down_revision = '0003_filing'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('town_values',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=30), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['people.id'], name=op.f('fk_town_values_changed_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_town_values_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_town_values')),
    sa.UniqueConstraint('municipality_id', 'key', name=op.f('uq_town_values_municipality_id_key'))
    )
    with op.batch_alter_table('town_values', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_town_values_changed_by_id'), ['changed_by_id'], unique=False)


def downgrade() -> None:
    op.drop_table('town_values')
