"""Values of a town hold from a day on and keep their versions; notes carry own words of a type.

A value that was set before becomes version 1, in force since the day it was set. Older notes have
no words of their own for the type and hide nothing. Announcements begin empty.
"""

import sqlalchemy as sa
from alembic import op

revision = '0022_settings'
down_revision = '0021_keeping'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('town_values', schema=None) as batch_op:
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('words', sa.String(length=40), nullable=True))
    op.execute('update town_values set valid_from = date(changed_at)')
    with op.batch_alter_table('town_values', schema=None) as batch_op:
        batch_op.alter_column('valid_from', existing_type=sa.Date(), nullable=False)
        batch_op.alter_column('number', existing_type=sa.Integer(), server_default=None)
        batch_op.drop_column('version')
        batch_op.drop_constraint(op.f('uq_town_values_municipality_id_key'), type_='unique')
        batch_op.create_unique_constraint(
            op.f('uq_town_values_municipality_id_key_number'), ['municipality_id', 'key', 'number']
        )

    with op.batch_alter_table('type_notes', schema=None) as batch_op:
        for name, length in (('own_name', 60), ('own_help', 300), ('own_example', 200)):
            batch_op.add_column(
                sa.Column(name, sa.String(length=length), nullable=False, server_default='')
            )
        batch_op.add_column(
            sa.Column('is_hidden', sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table('type_notes', schema=None) as batch_op:
        for name, length in (('own_name', 60), ('own_help', 300), ('own_example', 200)):
            batch_op.alter_column(name, existing_type=sa.String(length=length), server_default=None)
        batch_op.alter_column('is_hidden', existing_type=sa.Boolean(), server_default=None)

    op.create_table('announcements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=30), nullable=True),
    sa.Column('text', sa.String(length=400), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_announcements_days')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_announcements_area_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_announcements_municipality_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_announcements_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements'))
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.create_index('ix_announcements_town', ['municipality_id', 'ends_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcements_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcements_written_by_id'), ['written_by_id'], unique=False)


def downgrade() -> None:
    op.drop_table('announcements')
    with op.batch_alter_table('type_notes', schema=None) as batch_op:
        for name in ('is_hidden', 'own_example', 'own_help', 'own_name'):
            batch_op.drop_column(name)
    # Only what held last is kept, and only numbers.
    op.execute(
        'delete from town_values where words is not null or number < (select max(later.number)'
        ' from town_values as later where later.municipality_id = town_values.municipality_id'
        ' and later.key = town_values.key)'
    )
    with op.batch_alter_table('town_values', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.drop_constraint(op.f('uq_town_values_municipality_id_key_number'), type_='unique')
        batch_op.create_unique_constraint(
            op.f('uq_town_values_municipality_id_key'), ['municipality_id', 'key']
        )
        for name in ('words', 'valid_from', 'number'):
            batch_op.drop_column(name)
    with op.batch_alter_table('town_values', schema=None) as batch_op:
        batch_op.alter_column('version', existing_type=sa.Integer(), server_default=None)
