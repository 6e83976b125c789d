"""What the room writes: recommendations, pledges of one meeting, minutes and remarks, look back.

Pledges signed before stay as they were: for every meeting of their town.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014_room'
down_revision = '0013_folder'
branch_labels = None
depends_on = None


def item_columns() -> list[sa.Column]:
    """What an agenda item says beside its outcome."""
    return [
        sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('recommendation', sa.String(length=30), nullable=True),
        sa.Column('recommendation_reason', sa.String(length=400), nullable=False, server_default=''),
        sa.Column('recommended_by_id', sa.Integer(), nullable=True),
        sa.Column('differs_because', sa.String(length=400), nullable=False, server_default=''),
        sa.Column('outcome_event', sa.String(length=120), nullable=False, server_default=''),
        sa.Column('decline_reason', sa.String(length=30), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        for column in item_columns():
            batch_op.add_column(column)
        batch_op.create_foreign_key(batch_op.f('fk_agenda_items_recommended_by_id'), 'people', ['recommended_by_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_agenda_items_recommended_by_id'), ['recommended_by_id'], unique=False)
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('circulated_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('remarks_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('approved_alone', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('attendees', schema=None) as batch_op:
        batch_op.add_column(sa.Column('invitation_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_attendees_invitation_id'), 'invitations', ['invitation_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_attendees_invitation_id'), ['invitation_id'], unique=False)
    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.add_column(sa.Column('meeting_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('text_version', sa.String(length=10), nullable=False, server_default='1'))
        batch_op.create_foreign_key(batch_op.f('fk_pledges_meeting_id'), 'meetings', ['meeting_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_pledges_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('minutes_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=20000), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_minutes_texts_made_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_texts_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_texts')),
    sa.UniqueConstraint('meeting_id', 'number', name=op.f('uq_minutes_texts_meeting_id_number'))
    )
    op.create_index(op.f('ix_minutes_texts_made_by_id'), 'minutes_texts', ['made_by_id'], unique=False)

    op.create_table('minutes_remarks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('text_number', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=600), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=30), nullable=True),
    sa.Column('answer_reason', sa.String(length=400), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answered_by_id'], ['people.id'], name=op.f('fk_minutes_remarks_answered_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_remarks_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_minutes_remarks_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_remarks'))
    )
    with op.batch_alter_table('minutes_remarks', schema=None) as batch_op:
        batch_op.create_index('ix_minutes_remarks_meeting', ['meeting_id', 'id'], unique=False)
        for column in ('person_id', 'answered_by_id'):
            batch_op.create_index(batch_op.f(f'ix_minutes_remarks_{column}'), [column], unique=False)

    op.create_table('minutes_addenda',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_minutes_addenda_made_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_addenda_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_addenda'))
    )
    with op.batch_alter_table('minutes_addenda', schema=None) as batch_op:
        batch_op.create_index('ix_minutes_addenda_meeting', ['meeting_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minutes_addenda_made_by_id'), ['made_by_id'], unique=False)

    op.create_table('meeting_tellings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_meeting_tellings_made_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_tellings_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_tellings'))
    )
    with op.batch_alter_table('meeting_tellings', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_tellings_meeting', ['meeting_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_tellings_made_by_id'), ['made_by_id'], unique=False)

    op.create_table('case_tellings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('shows_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_tellings_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_tellings'))
    )
    with op.batch_alter_table('case_tellings', schema=None) as batch_op:
        batch_op.create_index('ix_case_tellings_case', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_tellings_act'), ['act'], unique=False)

    op.create_table('meeting_looks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('topics', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.Integer(), nullable=False),
    sa.Column('talk', sa.Integer(), nullable=False),
    sa.Column('next_steps', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_looks_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_meeting_looks_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_looks')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_meeting_looks_meeting_id_person_id'))
    )
    op.create_index(op.f('ix_meeting_looks_person_id'), 'meeting_looks', ['person_id'], unique=False)


def downgrade() -> None:
    for table in ('meeting_looks', 'case_tellings', 'meeting_tellings', 'minutes_addenda', 'minutes_remarks', 'minutes_texts'):
        op.drop_table(table)
    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pledges_meeting_id'))
        batch_op.drop_constraint(batch_op.f('fk_pledges_meeting_id'), type_='foreignkey')
        batch_op.drop_column('text_version')
        batch_op.drop_column('meeting_id')
    with op.batch_alter_table('attendees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendees_invitation_id'))
        batch_op.drop_constraint(batch_op.f('fk_attendees_invitation_id'), type_='foreignkey')
        batch_op.drop_column('invitation_id')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        for column in ('approved_alone', 'remarks_until', 'circulated_at'):
            batch_op.drop_column(column)
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_items_recommended_by_id'))
        batch_op.drop_constraint(batch_op.f('fk_agenda_items_recommended_by_id'), type_='foreignkey')
        for column in reversed(item_columns()):
            batch_op.drop_column(column.name)
