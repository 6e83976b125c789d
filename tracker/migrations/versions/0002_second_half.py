"""Resources, issues, actions, meetings; notices may be said once. Old notices have no such mark."""

import sqlalchemy as sa
from alembic import op

revision = '0002_second_half'
down_revision = '0001_first_half'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_audit_entries_chain', 'audit_entries', ['chain', 'id'])
    op.create_table('action_serials',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_action_serials_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'fiscal_year', name=op.f('pk_action_serials'))
    )
    op.create_table('issue_serials',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_issue_serials_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'fiscal_year', name=op.f('pk_issue_serials'))
    )
    op.create_table('pledges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_pledges_municipality_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_pledges_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledges'))
    )
    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pledges_municipality_id'), ['municipality_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pledges_person_id'), ['person_id'], unique=False)

    op.create_table('resources',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('provider_type', sa.String(length=20), nullable=False),
    sa.Column('provider_name', sa.String(length=120), nullable=False),
    sa.Column('formality', sa.String(length=20), nullable=False),
    sa.Column('fee', sa.String(length=20), nullable=False),
    sa.Column('content', sa.String(length=400), nullable=False),
    sa.Column('hours', sa.String(length=120), nullable=False),
    sa.Column('cost', sa.String(length=120), nullable=False),
    sa.Column('how_to_apply', sa.String(length=400), nullable=False),
    sa.Column('contact', sa.String(length=120), nullable=False),
    sa.Column('search_text', sa.String(length=4000), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('assured_on', sa.Date(), nullable=True),
    sa.Column('assured_by_id', sa.Integer(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['assured_by_id'], ['people.id'], name=op.f('fk_resources_assured_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_resources_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resources'))
    )
    with op.batch_alter_table('resources', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resources_assured_by_id'), ['assured_by_id'], unique=False)
        batch_op.create_index('ix_resources_municipality', ['municipality_id', 'id'], unique=False)

    op.create_table('issues',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('statement', sa.String(length=1200), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('status_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=False),
    sa.Column('parked_until', sa.Date(), nullable=True),
    sa.Column('wakes_at_cases', sa.Integer(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('closed_as', sa.String(length=30), nullable=True),
    sa.Column('close_proposed_as', sa.String(length=30), nullable=True),
    sa.Column('close_proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('close_sentence', sa.String(length=400), nullable=True),
    sa.Column('seconded_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('regressed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_issues_act_type_code')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_issues_area_id')),
    sa.ForeignKeyConstraint(['close_proposed_by_id'], ['people.id'], name=op.f('fk_issues_close_proposed_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_issues_municipality_id')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['people.id'], name=op.f('fk_issues_raised_by_id')),
    sa.ForeignKeyConstraint(['seconded_by_id'], ['people.id'], name=op.f('fk_issues_seconded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issues')),
    sa.UniqueConstraint('municipality_id', 'fiscal_year', 'serial', name=op.f('uq_issues_municipality_id_fiscal_year_serial'))
    )
    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issues_act_type_code'), ['act_type_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_close_proposed_by_id'), ['close_proposed_by_id'], unique=False)
        batch_op.create_index('ix_issues_municipality_status', ['municipality_id', 'status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_raised_by_id'), ['raised_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_seconded_by_id'), ['seconded_by_id'], unique=False)

    op.create_table('meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=30), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=False),
    sa.Column('length_minutes', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_meetings_area_id')),
    sa.ForeignKeyConstraint(['host_id'], ['organisations.id'], name=op.f('fk_meetings_host_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_meetings_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meetings_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meetings_host_id'), ['host_id'], unique=False)
        batch_op.create_index('ix_meetings_municipality', ['municipality_id', 'held_on', 'id'], unique=False)

    op.create_table('resource_act_types',
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_resource_act_types_act_type_code')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_act_types_resource_id')),
    sa.PrimaryKeyConstraint('resource_id', 'act_type_code', name=op.f('pk_resource_act_types'))
    )
    with op.batch_alter_table('resource_act_types', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_act_types_act_type_code'), ['act_type_code'], unique=False)

    op.create_table('resource_areas',
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_resource_areas_area_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_resource_areas_resource_id')),
    sa.PrimaryKeyConstraint('resource_id', 'area_id', name=op.f('pk_resource_areas'))
    )
    with op.batch_alter_table('resource_areas', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_areas_area_id'), ['area_id'], unique=False)

    op.create_table('actions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('criteria', sa.String(length=400), nullable=False),
    sa.Column('stage', sa.String(length=30), nullable=False),
    sa.Column('stage_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_entry_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_from', sa.String(length=30), nullable=True),
    sa.Column('held_until', sa.Date(), nullable=True),
    sa.Column('stopped_because', sa.String(length=30), nullable=True),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_actions_issue_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_actions_municipality_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisations.id'], name=op.f('fk_actions_owner_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_actions_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actions')),
    sa.UniqueConstraint('municipality_id', 'fiscal_year', 'serial', name=op.f('uq_actions_municipality_id_fiscal_year_serial'))
    )
    with op.batch_alter_table('actions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_actions_issue_id'), ['issue_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_actions_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_actions_municipality_stage', ['municipality_id', 'stage', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_actions_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_actions_resource_id'), ['resource_id'], unique=False)

    op.create_table('agenda_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.Column('presenter', sa.String(length=80), nullable=False),
    sa.Column('minutes_planned', sa.Integer(), nullable=False),
    sa.Column('added_after_publication', sa.Boolean(), nullable=False),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('evidence', sa.JSON(), nullable=True),
    sa.Column('evidence_hash', sa.String(length=64), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('discussion', sa.String(length=2000), nullable=False),
    sa.Column('outcome', sa.String(length=30), nullable=True),
    sa.Column('outcome_reason', sa.String(length=400), nullable=False),
    sa.Column('outcome_who', sa.String(length=80), nullable=False),
    sa.Column('outcome_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_agenda_items_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_items'))
    )
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.create_index('ix_agenda_items_meeting', ['meeting_id', 'position', 'id'], unique=False)

    op.create_table('attendees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation', sa.String(length=80), nullable=False),
    sa.Column('profession', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_attendees_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_attendees_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendees'))
    )
    with op.batch_alter_table('attendees', schema=None) as batch_op:
        batch_op.create_index('ix_attendees_meeting', ['meeting_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendees_person_id'), ['person_id'], unique=False)

    op.create_table('issue_cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('attached_by_id', sa.Integer(), nullable=False),
    sa.Column('attached_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attached_by_id'], ['people.id'], name=op.f('fk_issue_cases_attached_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_issue_cases_case_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_cases_issue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_cases')),
    sa.UniqueConstraint('issue_id', 'case_id', name=op.f('uq_issue_cases_issue_id_case_id'))
    )
    with op.batch_alter_table('issue_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_cases_attached_by_id'), ['attached_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_cases_case_id'), ['case_id'], unique=False)

    op.create_table('issue_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('was', sa.String(length=30), nullable=True),
    sa.Column('became', sa.String(length=30), nullable=False),
    sa.Column('sentence', sa.String(length=400), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_steps_issue_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_issue_steps_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_issue_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_steps'))
    )
    with op.batch_alter_table('issue_steps', schema=None) as batch_op:
        batch_op.create_index('ix_issue_steps_issue', ['issue_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_steps_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_steps_person_id'), ['person_id'], unique=False)

    op.create_table('issue_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('statement', sa.String(length=1200), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_versions_issue_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_issue_versions_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_versions')),
    sa.UniqueConstraint('issue_id', 'number', name=op.f('uq_issue_versions_issue_id_number'))
    )
    with op.batch_alter_table('issue_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_versions_written_by_id'), ['written_by_id'], unique=False)

    op.create_table('action_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('was', sa.String(length=30), nullable=False),
    sa.Column('became', sa.String(length=30), nullable=False),
    sa.Column('sentence', sa.String(length=400), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('held_until', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['actions.id'], name=op.f('fk_action_entries_action_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_action_entries_organisation_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['organisations.id'], name=op.f('fk_action_entries_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_action_entries_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_entries'))
    )
    with op.batch_alter_table('action_entries', schema=None) as batch_op:
        batch_op.create_index('ix_action_entries_action', ['action_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_entries_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_entries_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_entries_person_id'), ['person_id'], unique=False)

    op.create_table('agenda_item_cases',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_agenda_item_cases_case_id')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_agenda_item_cases_item_id')),
    sa.PrimaryKeyConstraint('item_id', 'case_id', name=op.f('pk_agenda_item_cases'))
    )
    with op.batch_alter_table('agenda_item_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_cases_case_id'), ['case_id'], unique=False)

    op.create_table('agenda_item_issues',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_agenda_item_issues_issue_id')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_agenda_item_issues_item_id')),
    sa.PrimaryKeyConstraint('item_id', 'issue_id', name=op.f('pk_agenda_item_issues'))
    )
    with op.batch_alter_table('agenda_item_issues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_issues_issue_id'), ['issue_id'], unique=False)

    op.create_table('meeting_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('was', sa.String(length=30), nullable=True),
    sa.Column('became', sa.String(length=30), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_meeting_steps_item_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_steps_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_meeting_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_steps'))
    )
    with op.batch_alter_table('meeting_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_steps_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_meeting_steps_meeting', ['meeting_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_steps_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('once', sa.String(length=40), nullable=True))



def downgrade() -> None:
    op.drop_index('ix_audit_entries_chain', 'audit_entries')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_column('once')

    with op.batch_alter_table('meeting_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_steps_person_id'))
        batch_op.drop_index('ix_meeting_steps_meeting')
        batch_op.drop_index(batch_op.f('ix_meeting_steps_item_id'))

    op.drop_table('meeting_steps')
    with op.batch_alter_table('agenda_item_issues', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_item_issues_issue_id'))

    op.drop_table('agenda_item_issues')
    with op.batch_alter_table('agenda_item_cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_item_cases_case_id'))

    op.drop_table('agenda_item_cases')
    with op.batch_alter_table('action_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_entries_person_id'))
        batch_op.drop_index(batch_op.f('ix_action_entries_owner_id'))
        batch_op.drop_index(batch_op.f('ix_action_entries_organisation_id'))
        batch_op.drop_index('ix_action_entries_action')

    op.drop_table('action_entries')
    with op.batch_alter_table('issue_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issue_versions_written_by_id'))

    op.drop_table('issue_versions')
    with op.batch_alter_table('issue_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issue_steps_person_id'))
        batch_op.drop_index(batch_op.f('ix_issue_steps_organisation_id'))
        batch_op.drop_index('ix_issue_steps_issue')

    op.drop_table('issue_steps')
    with op.batch_alter_table('issue_cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issue_cases_case_id'))
        batch_op.drop_index(batch_op.f('ix_issue_cases_attached_by_id'))

    op.drop_table('issue_cases')
    with op.batch_alter_table('attendees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendees_person_id'))
        batch_op.drop_index('ix_attendees_meeting')

    op.drop_table('attendees')
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_items_meeting')

    op.drop_table('agenda_items')
    with op.batch_alter_table('actions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_actions_resource_id'))
        batch_op.drop_index(batch_op.f('ix_actions_owner_id'))
        batch_op.drop_index('ix_actions_municipality_stage')
        batch_op.drop_index(batch_op.f('ix_actions_item_id'))
        batch_op.drop_index(batch_op.f('ix_actions_issue_id'))

    op.drop_table('actions')
    with op.batch_alter_table('resource_areas', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_areas_area_id'))

    op.drop_table('resource_areas')
    with op.batch_alter_table('resource_act_types', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_act_types_act_type_code'))

    op.drop_table('resource_act_types')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index('ix_meetings_municipality')
        batch_op.drop_index(batch_op.f('ix_meetings_host_id'))
        batch_op.drop_index(batch_op.f('ix_meetings_area_id'))

    op.drop_table('meetings')
    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issues_seconded_by_id'))
        batch_op.drop_index(batch_op.f('ix_issues_raised_by_id'))
        batch_op.drop_index('ix_issues_municipality_status')
        batch_op.drop_index(batch_op.f('ix_issues_close_proposed_by_id'))
        batch_op.drop_index(batch_op.f('ix_issues_area_id'))
        batch_op.drop_index(batch_op.f('ix_issues_act_type_code'))

    op.drop_table('issues')
    with op.batch_alter_table('resources', schema=None) as batch_op:
        batch_op.drop_index('ix_resources_municipality')
        batch_op.drop_index(batch_op.f('ix_resources_assured_by_id'))

    op.drop_table('resources')
    with op.batch_alter_table('pledges', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pledges_person_id'))
        batch_op.drop_index(batch_op.f('ix_pledges_municipality_id'))

    op.drop_table('pledges')
    op.drop_table('issue_serials')
    op.drop_table('action_serials')
