"""Resources as they are found: hours, cost, capacity, assurance, links by mail and a checklist.

Old entries keep their words; capacity is not known, and nobody is asked by mail until an address
is written. Old mails stay mails to a person.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016_directory'
down_revision = '0015_drive'
branch_labels = None
depends_on = None

TABLES = ('resource_answers', 'resource_links', 'resource_points', 'resource_contacts', 'resource_costs', 'resource_slots')


def upgrade() -> None:
    with op.batch_alter_table('outbox_mails', schema=None) as batch_op:
        batch_op.alter_column('person_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('address', sa.String(length=254), nullable=True))

    with op.batch_alter_table('resources', schema=None) as batch_op:
        batch_op.add_column(sa.Column('eligibility', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('place', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('office_mail', sa.String(length=254), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('capacity', sa.String(length=30), nullable=False, server_default='unknown'))
        batch_op.add_column(sa.Column('free_places', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('waiting', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('capacity_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('assured_by_provider', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('doubts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('instead', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('instead_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('checked_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('checked_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_resources_instead_id'), 'resources', ['instead_id'], ['id'])
        batch_op.create_foreign_key(op.f('fk_resources_checked_by_id'), 'people', ['checked_by_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_resources_instead_id'), ['instead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_resources_checked_by_id'), ['checked_by_id'], unique=False)

    op.create_table('resource_slots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('days', sa.String(length=24), nullable=False),
    sa.Column('opens', sa.Integer(), nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.CheckConstraint('opens between 0 and 1439', name=op.f('ck_resource_slots_opens')),
    sa.CheckConstraint('closes between 1 and 1440', name=op.f('ck_resource_slots_closes')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_slots_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_slots'))
    )
    op.create_table('resource_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=30), nullable=False),
    sa.Column('yen', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('condition', sa.String(length=120), nullable=False),
    sa.CheckConstraint('yen >= 0', name=op.f('ck_resource_costs_yen')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_costs_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_costs')),
    sa.UniqueConstraint('resource_id', 'tier', name=op.f('uq_resource_costs_resource_id_tier'))
    )
    op.create_table('resource_contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_contacts_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_contacts'))
    )
    op.create_table('resource_points',
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('point', sa.String(length=20), nullable=False),
    sa.Column('answer', sa.String(length=30), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_points_resource_id')),
    sa.PrimaryKeyConstraint('resource_id', 'point', name=op.f('pk_resource_points'))
    )
    op.create_table('resource_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=30), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_resource_links_asked_by_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_links_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_resource_links_token_hash'))
    )
    op.create_table('resource_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('said', sa.String(length=400), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['handled_by_id'], ['people.id'], name=op.f('fk_resource_answers_handled_by_id')),
    sa.ForeignKeyConstraint(['link_id'], ['resource_links.id'], name=op.f('fk_resource_answers_link_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_answers_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_answers')),
    sa.UniqueConstraint('link_id', name=op.f('uq_resource_answers_link_id'))
    )
    for table, column in (
        ('resource_slots', 'resource_id'),
        ('resource_contacts', 'resource_id'),
        ('resource_links', 'asked_by_id'),
        ('resource_answers', 'resource_id'),
        ('resource_answers', 'handled_by_id'),
    ):
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column], unique=False)
    op.create_index('ix_resource_links_resource', 'resource_links', ['resource_id', 'id'], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table('resources', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resources_checked_by_id'))
        batch_op.drop_index(batch_op.f('ix_resources_instead_id'))
        batch_op.drop_constraint(op.f('fk_resources_checked_by_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_resources_instead_id'), type_='foreignkey')
        for column in (
            'checked_by_id', 'checked_on', 'instead_id', 'instead', 'doubts', 'assured_by_provider',
            'capacity_on', 'waiting', 'free_places', 'capacity', 'office_mail', 'place', 'eligibility',
        ):
            batch_op.drop_column(column)
    # Mails to offices without an account have no person to go back to.
    op.execute("DELETE FROM outbox_mails WHERE person_id IS NULL")
    with op.batch_alter_table('outbox_mails', schema=None) as batch_op:
        batch_op.drop_column('address')
        batch_op.alter_column('person_id', existing_type=sa.Integer(), nullable=False)
