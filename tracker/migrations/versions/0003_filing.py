"""What a filing says beyond its first ten answers; the emergency chain, imports, suggestions."""

import sqlalchemy as sa
from alembic import op

revision = '0003_filing'
down_revision = '0002_second_half'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('type_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('notice', sa.String(length=300), nullable=False),
    sa.Column('contacts', sa.String(length=300), nullable=False),
    sa.Column('question', sa.String(length=120), nullable=False),
    sa.Column('change_note', sa.String(length=200), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_type_notes_act_type_code')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_type_notes_municipality_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_type_notes_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_type_notes')),
    sa.UniqueConstraint('municipality_id', 'act_type_code', 'number', name=op.f('uq_type_notes_municipality_id_act_type_code_number'))
    )
    with op.batch_alter_table('type_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_type_notes_act_type_code'), ['act_type_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_type_notes_written_by_id'), ['written_by_id'], unique=False)

    op.create_table('suggestion_models',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trained_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('samples', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion_models'))
    )
    op.create_table('conduct_acceptances',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_conduct_acceptances_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'fiscal_year', name=op.f('pk_conduct_acceptances'))
    )
    op.create_table('emergency_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('danger', sa.String(length=30), nullable=False),
    sa.Column('hours', sa.String(length=30), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_emergency_links_area_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_emergency_links_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emergency_links'))
    )
    with op.batch_alter_table('emergency_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_emergency_links_area_id'), ['area_id'], unique=False)
        batch_op.create_index('ix_emergency_links_town', ['municipality_id', 'danger', 'position', 'id'], unique=False)

    op.create_table('import_batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('encoding', sa.String(length=20), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('head', sa.JSON(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('checked', sa.Integer(), nullable=False),
    sa.Column('applied', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('only_good', sa.Boolean(), nullable=False),
    sa.Column('error', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_import_batches_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_import_batches_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batches'))
    )
    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.create_index('ix_import_batches_organisation', ['organisation_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_batches_person_id'), ['person_id'], unique=False)

    op.create_table('organisation_towns',
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_organisation_towns_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_organisation_towns_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', 'municipality_id', name=op.f('pk_organisation_towns'))
    )
    with op.batch_alter_table('organisation_towns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_towns_municipality_id'), ['municipality_id'], unique=False)

    op.create_table('case_ticks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.Column('step_id', sa.Integer(), nullable=True),
    sa.Column('result', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_ticks_case_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_case_ticks_resource_id')),
    sa.ForeignKeyConstraint(['step_id'], ['guidance_steps.id'], name=op.f('fk_case_ticks_step_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_ticks'))
    )
    with op.batch_alter_table('case_ticks', schema=None) as batch_op:
        batch_op.create_index('ix_case_ticks_case', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_ticks_resource_id'), ['resource_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_ticks_step_id'), ['step_id'], unique=False)

    op.create_table('import_rows',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('result', sa.String(length=30), nullable=True),
    sa.Column('errors', sa.JSON(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batches.id'], name=op.f('fk_import_rows_batch_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_import_rows_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_rows'))
    )
    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.create_index('ix_import_rows_batch', ['batch_id', 'result', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_rows_case_id'), ['case_id'], unique=False)

    op.create_table('issue_wishes',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_issue_wishes_case_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_wishes_issue_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_issue_wishes'))
    )
    with op.batch_alter_table('issue_wishes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_wishes_issue_id'), ['issue_id'], unique=False)

    op.create_table('office_reveals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_office_reveals_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_office_reveals_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_reveals'))
    )
    with op.batch_alter_table('office_reveals', schema=None) as batch_op:
        batch_op.create_index('ix_office_reveals_case', ['case_id', 'person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_office_reveals_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('act_types', schema=None) as batch_op:
        batch_op.add_column(sa.Column('danger', sa.String(length=20), nullable=False, server_default=''))

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hour_band', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('charge', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('charge_band', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('paid_by', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('age_band', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('care_level', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('danger', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('acted_because', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('department', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('bodies_agreed', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('work_class', sa.String(length=4), nullable=True))
        batch_op.add_column(sa.Column('work_class_reason', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('extra_question', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('extra_answer', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('client_key', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('channel', sa.String(length=30), nullable=False, server_default='own'))
        batch_op.add_column(sa.Column('import_batch_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('row_key', sa.String(length=64), nullable=True))
        batch_op.create_index('ix_cases_municipality_status', ['municipality_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix_cases_organisation_status', ['organisation_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix_cases_area', ['area_id', 'id'], unique=False)
        batch_op.create_index('ix_cases_area_type', ['area_id', 'act_type_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_import_batch_id'), ['import_batch_id'], unique=False)
        batch_op.create_index('ix_cases_office_type', ['organisation_id', 'act_type_code', 'id'], unique=False)
        batch_op.create_index('ix_cases_row_key', ['organisation_id', 'row_key'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_cases_import_batch_id'), 'import_batches', ['import_batch_id'], ['id'])


    for danger, codes in (('LIFE', ('EM01', 'EM02')), ('MISSING', ('SF02',))):
        op.execute(
            sa.update(sa.table('act_types', sa.column('code'), sa.column('danger')))
            .where(sa.column('code').in_(codes))
            .values(danger=danger)
        )


def downgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_cases_import_batch_id'), type_='foreignkey')
        batch_op.drop_index('ix_cases_row_key')
        batch_op.drop_index('ix_cases_office_type')
        batch_op.drop_index(batch_op.f('ix_cases_import_batch_id'))
        batch_op.drop_index('ix_cases_area_type')
        batch_op.drop_index('ix_cases_area')
        batch_op.drop_index('ix_cases_organisation_status')
        batch_op.drop_index('ix_cases_municipality_status')
        batch_op.drop_column('row_key')
        batch_op.drop_column('import_batch_id')
        batch_op.drop_column('channel')
        batch_op.drop_column('client_key')
        batch_op.drop_column('extra_answer')
        batch_op.drop_column('extra_question')
        batch_op.drop_column('work_class_reason')
        batch_op.drop_column('work_class')
        batch_op.drop_column('bodies_agreed')
        batch_op.drop_column('department')
        batch_op.drop_column('acted_because')
        batch_op.drop_column('danger')
        batch_op.drop_column('care_level')
        batch_op.drop_column('age_band')
        batch_op.drop_column('paid_by')
        batch_op.drop_column('charge_band')
        batch_op.drop_column('charge')
        batch_op.drop_column('hour_band')

    with op.batch_alter_table('act_types', schema=None) as batch_op:
        batch_op.drop_column('danger')

    with op.batch_alter_table('office_reveals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_office_reveals_person_id'))
        batch_op.drop_index('ix_office_reveals_case')

    op.drop_table('office_reveals')
    with op.batch_alter_table('issue_wishes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issue_wishes_issue_id'))

    op.drop_table('issue_wishes')
    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_rows_case_id'))
        batch_op.drop_index('ix_import_rows_batch')

    op.drop_table('import_rows')
    with op.batch_alter_table('case_ticks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_ticks_step_id'))
        batch_op.drop_index(batch_op.f('ix_case_ticks_resource_id'))
        batch_op.drop_index('ix_case_ticks_case')

    op.drop_table('case_ticks')
    with op.batch_alter_table('organisation_towns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_towns_municipality_id'))

    op.drop_table('organisation_towns')
    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_batches_person_id'))
        batch_op.drop_index('ix_import_batches_organisation')

    op.drop_table('import_batches')
    with op.batch_alter_table('emergency_links', schema=None) as batch_op:
        batch_op.drop_index('ix_emergency_links_town')
        batch_op.drop_index(batch_op.f('ix_emergency_links_area_id'))

    op.drop_table('emergency_links')
    op.drop_table('conduct_acceptances')
    op.drop_table('suggestion_models')
    op.drop_table('type_notes')
