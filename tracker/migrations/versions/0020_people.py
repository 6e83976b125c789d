"""Offices from the national file, moves, mergers and reviews of rights.

Old offices have no address and no mail yet; old memberships are of nobody who heads a body, and
have never been looked at; old invitations were links given by hand.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020_people'
down_revision = '0019_signing_in'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('organisations') as table:
        table.add_column(sa.Column('address', sa.String(200), nullable=False, server_default=''))
        table.add_column(sa.Column('mail', sa.String(254)))
        table.add_column(sa.Column('is_outsourced', sa.Boolean()))
        table.add_column(sa.Column('listed_on', sa.Date()))
        table.add_column(sa.Column('merged_into_id', sa.Integer()))
        table.create_foreign_key(
            op.f('fk_organisations_merged_into_id_organisations'), 'organisations', ['merged_into_id'], ['id']
        )
        table.create_index('ix_organisations_merged_into_id', ['merged_into_id'])
    with op.batch_alter_table('memberships') as table:
        table.add_column(sa.Column('is_head', sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column('reviewed_at', sa.DateTime(timezone=True)))
        table.add_column(sa.Column('reviewed_by_id', sa.Integer()))
        table.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        table.create_foreign_key(
            op.f('fk_memberships_reviewed_by_id_people'), 'people', ['reviewed_by_id'], ['id']
        )
        table.create_index('ix_memberships_reviewed_by_id', ['reviewed_by_id'])
    with op.batch_alter_table('invitations') as table:
        table.add_column(sa.Column('way', sa.String(30), nullable=False, server_default='link'))
        table.add_column(sa.Column('act', sa.String(36)))
    op.create_table(
        'town_set_ups',
        sa.Column('municipality_id', sa.Integer(), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['municipality_id'], ['municipalities.id'], name=op.f('fk_town_set_ups_municipality_id_municipalities')
        ),
        sa.PrimaryKeyConstraint('municipality_id', name=op.f('pk_town_set_ups')),
    )
    op.create_table(
        'office_files',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('municipality_id', sa.Integer(), nullable=False),
        sa.Column('rows', sa.JSON(), nullable=False),
        sa.Column('made_by_id', sa.Integer()),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('applied_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['municipality_id'], ['municipalities.id'], name=op.f('fk_office_files_municipality_id_municipalities')
        ),
        sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_office_files_made_by_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_office_files')),
    )
    for name in ('municipality_id', 'made_by_id'):
        op.create_index(f'ix_office_files_{name}', 'office_files', [name])


def downgrade() -> None:
    for table in ('office_files', 'town_set_ups'):
        op.drop_table(table)
    with op.batch_alter_table('invitations') as table:
        table.drop_column('act')
        table.drop_column('way')
    with op.batch_alter_table('memberships') as table:
        table.drop_index('ix_memberships_reviewed_by_id')
        table.drop_constraint(op.f('fk_memberships_reviewed_by_id_people'), type_='foreignkey')
        for name in ('version', 'reviewed_by_id', 'reviewed_at', 'is_head'):
            table.drop_column(name)
    with op.batch_alter_table('organisations') as table:
        table.drop_index('ix_organisations_merged_into_id')
        table.drop_constraint(op.f('fk_organisations_merged_into_id_organisations'), type_='foreignkey')
        for name in ('merged_into_id', 'listed_on', 'is_outsourced', 'mail', 'address'):
            table.drop_column(name)
