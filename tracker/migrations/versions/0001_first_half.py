"""Everything from people to answered cases. There are no old rows."""

import sqlalchemy as sa
from alembic import op

revision = '0001_first_half'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('act_families',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_act_families'))
    )
    with op.batch_alter_table('act_families', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_act_families_position'), ['position'], unique=False)

    op.create_table('audit_chains',
    sa.Column('chain', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_audit_chains'))
    )
    op.create_table('audit_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('chain', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    sa.UniqueConstraint('chain', 'position', name=op.f('uq_audit_entries_chain_position'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entries_subject', ['subject', 'subject_id', 'id'], unique=False)

    op.create_table('codes',
    sa.Column('list', sa.String(length=30), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('meaning_ja', sa.String(length=300), nullable=False),
    sa.Column('meaning_en', sa.String(length=300), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('list', 'code', name=op.f('pk_codes'))
    )
    op.create_table('guidances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=30), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('title_ja', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=120), nullable=False),
    sa.Column('cannot_ja', sa.String(length=500), nullable=False),
    sa.Column('cannot_en', sa.String(length=500), nullable=False),
    sa.Column('note_ja', sa.String(length=500), nullable=False),
    sa.Column('note_en', sa.String(length=500), nullable=False),
    sa.Column('source_ja', sa.String(length=500), nullable=False),
    sa.Column('source_en', sa.String(length=500), nullable=False),
    sa.Column('source_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guidances')),
    sa.UniqueConstraint('key', 'version', name=op.f('uq_guidances_key_version'))
    )
    op.create_table('jobs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('key', name=op.f('uq_jobs_key'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL AND given_up_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND given_up_at IS NULL'))

    op.create_table('municipalities',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=6), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('kana', sa.String(length=120), nullable=False),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['municipalities.id'], name=op.f('fk_municipalities_parent_id')),
    sa.ForeignKeyConstraint(['prefecture_id'], ['municipalities.id'], name=op.f('fk_municipalities_prefecture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_municipalities')),
    sa.UniqueConstraint('code', name=op.f('uq_municipalities_code'))
    )
    with op.batch_alter_table('municipalities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_municipalities_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_municipalities_prefecture_id'), ['prefecture_id'], unique=False)

    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('wants_mail', sa.Boolean(), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('login', name=op.f('uq_people_login'))
    )
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login_hash', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempts_address_at', ['address', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_attempts_at'), ['at'], unique=False)
        batch_op.create_index('ix_sign_in_attempts_login_hash_at', ['login_hash', 'at'], unique=False)

    op.create_table('text_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=4000), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_revisions'))
    )
    with op.batch_alter_table('text_revisions', schema=None) as batch_op:
        batch_op.create_index('ix_text_revisions_subject', ['subject', 'subject_id', 'id'], unique=False)

    op.create_table('work_classes',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('meaning_ja', sa.String(length=300), nullable=False),
    sa.Column('meaning_en', sa.String(length=300), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_work_classes'))
    )
    op.create_table('access_traces',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_access_traces_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_traces'))
    )
    with op.batch_alter_table('access_traces', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_traces_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_access_traces_subject', ['subject', 'subject_id', 'id'], unique=False)

    op.create_table('act_types',
    sa.Column('code', sa.String(length=4), nullable=False),
    sa.Column('family_code', sa.String(length=2), nullable=False),
    sa.Column('example_ja', sa.String(length=200), nullable=False),
    sa.Column('example_en', sa.String(length=300), nullable=False),
    sa.Column('handoff_ja', sa.String(length=200), nullable=False),
    sa.Column('handoff_en', sa.String(length=300), nullable=False),
    sa.Column('cues', sa.String(length=300), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['family_code'], ['act_families.code'], name=op.f('fk_act_types_family_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_act_types'))
    )
    with op.batch_alter_table('act_types', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_act_types_family_code'), ['family_code'], unique=False)

    op.create_table('areas',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_areas_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_areas')),
    sa.UniqueConstraint('code', name=op.f('uq_areas_code'))
    )
    with op.batch_alter_table('areas', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_areas_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('case_serials',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_case_serials_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'fiscal_year', name=op.f('pk_case_serials'))
    )
    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=40), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_drafts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('person_id', 'form', name=op.f('uq_drafts_person_id_form'))
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drafts_saved_at'), ['saved_at'], unique=False)

    op.create_table('guidance_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guidance_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text_ja', sa.String(length=500), nullable=False),
    sa.Column('text_en', sa.String(length=500), nullable=False),
    sa.Column('link_with_ja', sa.String(length=300), nullable=False),
    sa.Column('link_with_en', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['guidance_id'], ['guidances.id'], name=op.f('fk_guidance_steps_guidance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guidance_steps'))
    )
    with op.batch_alter_table('guidance_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guidance_steps_guidance_id'), ['guidance_id'], unique=False)

    op.create_table('notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(length=30), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notices_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('person_id', 'event', 'act', 'number', name=op.f('uq_notices_person_id_event_act_number'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notices_act'), ['act'], unique=False)
        batch_op.create_index('ix_notices_person', ['person_id', 'id'], unique=False)

    op.create_table('organisations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('kana', sa.String(length=120), nullable=False),
    sa.Column('office_no', sa.String(length=10), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name_ja', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_organisations_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations')),
    sa.UniqueConstraint('office_no', name=op.f('uq_organisations_office_no'))
    )
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisations_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('outbox_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_because', sa.String(length=120), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_outbox_mails_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_mails'))
    )
    with op.batch_alter_table('outbox_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_mails_act'), ['act'], unique=False)
        batch_op.create_index('ix_outbox_mails_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND stopped_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_outbox_mails_person_id'), ['person_id'], unique=False)

    op.create_table('request_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_request_keys_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_keys')),
    sa.UniqueConstraint('person_id', 'key', name=op.f('uq_request_keys_person_id_key'))
    )
    with op.batch_alter_table('request_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_keys_used_at'), ['used_at'], unique=False)

    op.create_table('sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('browser', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sessions_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessions_person_id'), ['person_id'], unique=False)

    op.create_table('cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('filed_by_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('occurred_month', sa.Date(), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('gap', sa.String(length=20), nullable=False),
    sa.Column('requester', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('urgency', sa.String(length=20), nullable=False),
    sa.Column('ability_to_pay', sa.String(length=20), nullable=True),
    sa.Column('times_handled', sa.Integer(), nullable=False),
    sa.Column('minutes_each', sa.Integer(), nullable=False),
    sa.Column('summary', sa.String(length=400), nullable=False),
    sa.Column('wanted', sa.String(length=200), nullable=False),
    sa.Column('search_text', sa.String(length=1000), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('status_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disposition', sa.String(length=30), nullable=True),
    sa.Column('redirect_body', sa.String(length=120), nullable=True),
    sa.Column('redirect_contact', sa.String(length=120), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(summary) <= 400', name=op.f('ck_cases_summary_length')),
    sa.CheckConstraint('length(wanted) <= 200', name=op.f('ck_cases_wanted_length')),
    sa.CheckConstraint('minutes_each between 1 and 1440', name=op.f('ck_cases_minutes')),
    sa.CheckConstraint('times_handled between 1 and 999', name=op.f('ck_cases_times')),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_cases_act_type_code')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_cases_area_id')),
    sa.ForeignKeyConstraint(['filed_by_id'], ['people.id'], name=op.f('fk_cases_filed_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_cases_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_cases_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('municipality_id', 'fiscal_year', 'serial', name=op.f('uq_cases_municipality_id_fiscal_year_serial')),
    sa.UniqueConstraint('number', name=op.f('uq_cases_number'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cases_act_type_code'), ['act_type_code'], unique=False)
        batch_op.create_index('ix_cases_area_status', ['area_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix_cases_counted', ['municipality_id', 'occurred_month', 'act_type_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_filed_by_id'), ['filed_by_id'], unique=False)
        batch_op.create_index('ix_cases_municipality', ['municipality_id', 'id'], unique=False)
        batch_op.create_index('ix_cases_organisation', ['organisation_id', 'id'], unique=False)

    op.create_table('class_placements',
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('work_class_code', sa.String(length=2), nullable=True),
    sa.Column('basis', sa.String(length=30), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_class_placements_act_type_code')),
    sa.ForeignKeyConstraint(['work_class_code'], ['work_classes.code'], name=op.f('fk_class_placements_work_class_code')),
    sa.PrimaryKeyConstraint('act_type_code', 'valid_from', name=op.f('pk_class_placements'))
    )
    with op.batch_alter_table('class_placements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_placements_work_class_code'), ['work_class_code'], unique=False)

    op.create_table('guidance_act_types',
    sa.Column('guidance_key', sa.String(length=30), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_guidance_act_types_act_type_code')),
    sa.PrimaryKeyConstraint('guidance_key', 'act_type_code', name=op.f('pk_guidance_act_types'))
    )
    with op.batch_alter_table('guidance_act_types', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guidance_act_types_act_type_code'), ['act_type_code'], unique=False)

    op.create_table('invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('may_invite', sa.Boolean(), nullable=False),
    sa.Column('invited_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['invited_by_id'], ['people.id'], name=op.f('fk_invitations_invited_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_invitations_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_invitations_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitations_invited_by_id'), ['invited_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitations_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitations_person_id'), ['person_id'], unique=False)

    op.create_table('memberships',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('may_invite', sa.Boolean(), nullable=False),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_memberships_period')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_memberships_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_memberships_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memberships'))
    )
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_memberships_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_memberships_person_id'), ['person_id'], unique=False)

    op.create_table('organisation_areas',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_organisation_areas_area_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_organisation_areas_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', 'area_id', name=op.f('pk_organisation_areas'))
    )
    with op.batch_alter_table('organisation_areas', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_areas_area_id'), ['area_id'], unique=False)

    op.create_table('resource_category_types',
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_resource_category_types_act_type_code')),
    sa.PrimaryKeyConstraint('category', 'act_type_code', name=op.f('pk_resource_category_types'))
    )
    with op.batch_alter_table('resource_category_types', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_category_types_act_type_code'), ['act_type_code'], unique=False)

    op.create_table('case_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('was', sa.String(length=30), nullable=True),
    sa.Column('became', sa.String(length=30), nullable=False),
    sa.Column('sentence', sa.String(length=400), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(sentence) <= 400', name=op.f('ck_case_steps_sentence_length')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_steps_case_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_case_steps_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_case_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_steps'))
    )
    with op.batch_alter_table('case_steps', schema=None) as batch_op:
        batch_op.create_index('ix_case_steps_case', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_steps_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_steps_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('case_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_steps_person_id'))
        batch_op.drop_index(batch_op.f('ix_case_steps_organisation_id'))
        batch_op.drop_index('ix_case_steps_case')

    op.drop_table('case_steps')
    with op.batch_alter_table('resource_category_types', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_category_types_act_type_code'))

    op.drop_table('resource_category_types')
    with op.batch_alter_table('organisation_areas', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_areas_area_id'))

    op.drop_table('organisation_areas')
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_memberships_person_id'))
        batch_op.drop_index(batch_op.f('ix_memberships_organisation_id'))

    op.drop_table('memberships')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitations_person_id'))
        batch_op.drop_index(batch_op.f('ix_invitations_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_invitations_invited_by_id'))

    op.drop_table('invitations')
    with op.batch_alter_table('guidance_act_types', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guidance_act_types_act_type_code'))

    op.drop_table('guidance_act_types')
    with op.batch_alter_table('class_placements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_class_placements_work_class_code'))

    op.drop_table('class_placements')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_organisation')
        batch_op.drop_index('ix_cases_municipality')
        batch_op.drop_index(batch_op.f('ix_cases_filed_by_id'))
        batch_op.drop_index('ix_cases_counted')
        batch_op.drop_index('ix_cases_area_status')
        batch_op.drop_index(batch_op.f('ix_cases_act_type_code'))

    op.drop_table('cases')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sessions_person_id'))

    op.drop_table('sessions')
    with op.batch_alter_table('request_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_keys_used_at'))

    op.drop_table('request_keys')
    with op.batch_alter_table('outbox_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_mails_person_id'))
        batch_op.drop_index('ix_outbox_mails_due', sqlite_where=sa.text('sent_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND stopped_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_outbox_mails_act'))

    op.drop_table('outbox_mails')
    with op.batch_alter_table('organisations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisations_municipality_id'))

    op.drop_table('organisations')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index('ix_notices_person')
        batch_op.drop_index(batch_op.f('ix_notices_act'))

    op.drop_table('notices')
    with op.batch_alter_table('guidance_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guidance_steps_guidance_id'))

    op.drop_table('guidance_steps')
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drafts_saved_at'))

    op.drop_table('drafts')
    op.drop_table('case_serials')
    with op.batch_alter_table('areas', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_areas_municipality_id'))

    op.drop_table('areas')
    with op.batch_alter_table('act_types', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_act_types_family_code'))

    op.drop_table('act_types')
    with op.batch_alter_table('access_traces', schema=None) as batch_op:
        batch_op.drop_index('ix_access_traces_subject')
        batch_op.drop_index(batch_op.f('ix_access_traces_person_id'))

    op.drop_table('access_traces')
    op.drop_table('work_classes')
    with op.batch_alter_table('text_revisions', schema=None) as batch_op:
        batch_op.drop_index('ix_text_revisions_subject')

    op.drop_table('text_revisions')
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_attempts_login_hash_at')
        batch_op.drop_index(batch_op.f('ix_sign_in_attempts_at'))
        batch_op.drop_index('ix_sign_in_attempts_address_at')

    op.drop_table('sign_in_attempts')
    op.drop_table('people')
    with op.batch_alter_table('municipalities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_municipalities_prefecture_id'))
        batch_op.drop_index(batch_op.f('ix_municipalities_parent_id'))

    op.drop_table('municipalities')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_due', sqlite_where=sa.text('done_at IS NULL AND given_up_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND given_up_at IS NULL'))

    op.drop_table('jobs')
    op.drop_table('guidances')
    op.drop_table('codes')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entries_subject')

    op.drop_table('audit_entries')
    op.drop_table('audit_chains')
    with op.batch_alter_table('act_families', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_act_families_position'))

    op.drop_table('act_families')
