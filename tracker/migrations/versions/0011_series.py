"""Series of meetings, their members and headings, and what an agenda takes from them.

Meetings there are belong to no series and have no headings; no item counts as put off before.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011_series'
down_revision = '0010_search'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('meeting_series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('level', sa.String(length=30), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('also_name', sa.String(length=80), nullable=False),
    sa.Column('also_level', sa.String(length=30), nullable=True),
    sa.Column('title_pattern', sa.String(length=80), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('length_minutes', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=30), nullable=True),
    sa.Column('weekday', sa.Integer(), nullable=True),
    sa.Column('every_months', sa.Integer(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('every_months between 1 and 12', name=op.f('ck_meeting_series_months')),
    sa.CheckConstraint('weekday between 0 and 6', name=op.f('ck_meeting_series_weekday')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_meeting_series_area_id')),
    sa.ForeignKeyConstraint(['host_id'], ['organisations.id'], name=op.f('fk_meeting_series_host_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_meeting_series_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_series'))
    )
    with op.batch_alter_table('meeting_series', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_series_municipality', ['municipality_id', 'id'], unique=False)
        for column in ('area_id', 'host_id'):
            batch_op.create_index(batch_op.f(f'ix_meeting_series_{column}'), [column], unique=False)

    op.create_table('series_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation', sa.String(length=80), nullable=False),
    sa.Column('profession', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_series_members_person_id')),
    sa.ForeignKeyConstraint(['series_id'], ['meeting_series.id'], name=op.f('fk_series_members_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series_members'))
    )
    with op.batch_alter_table('series_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_members_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_series_members_series', ['series_id', 'id'], unique=False)

    _headings('series_headings', 'series_id', 'meeting_series', 'ix_series_headings_series')
    _headings('meeting_headings', 'meeting_id', 'meetings', 'ix_meeting_headings_meeting')

    op.create_table('agenda_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('heading_id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=True),
    sa.Column('act_type_code', sa.String(length=4), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_agenda_reports_act_type_code')),
    sa.ForeignKeyConstraint(['action_id'], ['actions.id'], name=op.f('fk_agenda_reports_action_id')),
    sa.ForeignKeyConstraint(['heading_id'], ['meeting_headings.id'], name=op.f('fk_agenda_reports_heading_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_reports'))
    )
    with op.batch_alter_table('agenda_reports', schema=None) as batch_op:
        for column in ('action_id', 'act_type_code'):
            batch_op.create_index(batch_op.f(f'ix_agenda_reports_{column}'), [column], unique=False)
        batch_op.create_index('ix_agenda_reports_heading', ['heading_id', 'id'], unique=False)

    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('series_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('round', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('also_name', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('also_level', sa.String(length=30), nullable=True))
        batch_op.create_index(batch_op.f('ix_meetings_series_id'), ['series_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_meetings_series_id'), 'meeting_series', ['series_id'], ['id'])

    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('heading_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('carried_from_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('times_carried', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('decision_line', sa.String(length=200), nullable=False, server_default=''))
        for column in ('heading_id', 'carried_from_id'):
            batch_op.create_index(batch_op.f(f'ix_agenda_items_{column}'), [column], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_agenda_items_heading_id'), 'meeting_headings', ['heading_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_agenda_items_carried_from_id'), 'agenda_items', ['carried_from_id'], ['id'])


def _headings(name: str, owner: str, table: str, index: str) -> None:
    op.create_table(name,
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column(owner, sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('rule', sa.String(length=30), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint([owner], [f'{table}.id'], name=op.f(f'fk_{name}_{owner}')),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}'))
    )
    op.create_index(index, name, [owner, 'position', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        for column in ('heading_id', 'carried_from_id'):
            batch_op.drop_constraint(batch_op.f(f'fk_agenda_items_{column}'), type_='foreignkey')
            batch_op.drop_index(batch_op.f(f'ix_agenda_items_{column}'))
        for column in ('heading_id', 'carried_from_id', 'times_carried', 'decision_line'):
            batch_op.drop_column(column)

    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_meetings_series_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_meetings_series_id'))
        for column in ('series_id', 'round', 'also_name', 'also_level'):
            batch_op.drop_column(column)

    op.drop_table('agenda_reports')
    op.drop_table('meeting_headings')
    op.drop_table('series_headings')
    op.drop_table('series_members')
    op.drop_table('meeting_series')
