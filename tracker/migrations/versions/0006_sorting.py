"""Who looks after a case and by when; notes inside the centre, templates of answers.

Open cases get a day by calendar weeks (one to accept, four to sort, one to answer); from their
next step on it is counted in working days. What came back or was contested is said to have.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = '0006_sorting'
down_revision = '0005_tallies'
branch_labels = None
depends_on = None

DAYS = {'submitted': 7, 'accepted': 28, 'disposed': 7}
AT_ONCE = 1000
JAPAN = timedelta(hours=9)


def upgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('assigned_to_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('accept_days_left', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('sort_days_left', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('came_as', sa.String(length=30), nullable=False, server_default='new'))
        batch_op.add_column(sa.Column('asked_fields', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('disposition_reason', sa.String(length=30), nullable=True))
        batch_op.create_index(batch_op.f('ix_cases_assigned_to_id'), ['assigned_to_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_cases_assigned_to_id'), 'people', ['assigned_to_id'], ['id'])

    with op.batch_alter_table('case_steps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed', sa.JSON(), nullable=True))
        batch_op.drop_index(batch_op.f('ix_case_steps_person_id'))
        batch_op.create_index('ix_case_steps_person', ['person_id', 'at'], unique=False)

    op.create_table('case_assignments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('was_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_case_assignments_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_assignments_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_case_assignments_person_id')),
    sa.ForeignKeyConstraint(['was_id'], ['people.id'], name=op.f('fk_case_assignments_was_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_assignments'))
    )
    with op.batch_alter_table('case_assignments', schema=None) as batch_op:
        batch_op.create_index('ix_case_assignments_by', ['by_id', 'at'], unique=False)
        batch_op.create_index('ix_case_assignments_case', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_assignments_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_assignments_was_id'), ['was_id'], unique=False)

    op.create_table('case_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_notes_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_case_notes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_notes'))
    )
    with op.batch_alter_table('case_notes', schema=None) as batch_op:
        batch_op.create_index('ix_case_notes_case', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_notes_person_id'), ['person_id'], unique=False)

    op.create_table('answer_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('use', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=400), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=True),
    sa.Column('disposition', sa.String(length=30), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_until >= valid_from', name=op.f('ck_answer_templates_period')),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_answer_templates_act_type_code')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_answer_templates_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_answer_templates_organisation_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_answer_templates_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_templates'))
    )
    with op.batch_alter_table('answer_templates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_templates_act_type_code'), ['act_type_code'], unique=False)
        batch_op.create_index('ix_answer_templates_town', ['municipality_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_answer_templates_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_answer_templates_written_by_id'), ['written_by_id'], unique=False)

    _give_days()
    _say_how_they_came()


def _give_days() -> None:
    """What waits for the centre is due some weeks after it came there."""
    cases = sa.table('cases', sa.column('id', sa.Integer), sa.column('status', sa.String),
        sa.column('disposition', sa.String), sa.column('due_on', sa.Date),
        sa.column('status_since', sa.DateTime(timezone=True)))
    waiting = sa.and_(
        cases.c.status.in_(sorted(DAYS)),
        sa.or_(cases.c.disposition.is_(None), cases.c.disposition.not_in(['to_issue', 'individual_meeting'])),
    )
    connection, last = op.get_bind(), 0
    change = sa.update(cases).where(cases.c.id == sa.bindparam('key')).values(due_on=sa.bindparam('day'))
    while True:
        rows = connection.execute(
            sa.select(cases.c.id, cases.c.status, cases.c.status_since)
            .where(waiting, cases.c.id > last).order_by(cases.c.id).limit(AT_ONCE)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        days = [
            {'key': row.id, 'day': (row.status_since + JAPAN).date() + timedelta(days=DAYS[row.status])}
            for row in rows
        ]
        connection.execute(change, days)


def _say_how_they_came() -> None:
    op.execute(
        "UPDATE cases SET came_as = 'back' WHERE status = 'submitted' AND EXISTS (SELECT 1 FROM case_steps"
        " WHERE case_steps.case_id = cases.id AND kind = 'resubmitted' AND undone_at IS NULL)"
    )
    op.execute(
        "UPDATE cases SET came_as = 'contested' WHERE status IN ('accepted', 'disposed') AND EXISTS (SELECT 1"
        " FROM case_steps WHERE case_steps.case_id = cases.id AND kind = 'contested' AND undone_at IS NULL)"
    )


def downgrade() -> None:
    op.drop_table('answer_templates')
    op.drop_table('case_notes')
    op.drop_table('case_assignments')
    with op.batch_alter_table('case_steps', schema=None) as batch_op:
        batch_op.drop_index('ix_case_steps_person')
        batch_op.create_index(batch_op.f('ix_case_steps_person_id'), ['person_id'], unique=False)
        batch_op.drop_column('changed')

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_cases_assigned_to_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_cases_assigned_to_id'))
        batch_op.drop_column('disposition_reason')
        batch_op.drop_column('asked_fields')
        batch_op.drop_column('came_as')
        batch_op.drop_column('sort_days_left')
        batch_op.drop_column('accept_days_left')
        batch_op.drop_column('due_on')
        batch_op.drop_column('assigned_to_id')
