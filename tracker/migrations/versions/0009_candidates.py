"""Candidates proposed from what repeats, learnt rules, and when a town was looked at last.

Old cases stay as they are; the first look at a town takes all of them.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009_candidates'
down_revision = '0008_statement'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('learnt_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('gap', sa.String(length=20), nullable=True),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('offices', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('cases >= 1', name=op.f('ck_learnt_rules_cases')),
    sa.CheckConstraint('months >= 1', name=op.f('ck_learnt_rules_months')),
    sa.CheckConstraint('offices >= 1', name=op.f('ck_learnt_rules_offices')),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_learnt_rules_act_type_code')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_learnt_rules_area_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['people.id'], name=op.f('fk_learnt_rules_ended_by_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_learnt_rules_issue_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_learnt_rules_made_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_learnt_rules_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learnt_rules'))
    )
    with op.batch_alter_table('learnt_rules', schema=None) as batch_op:
        for column in ('area_id', 'act_type_code', 'issue_id', 'made_by_id', 'ended_by_id'):
            batch_op.create_index(batch_op.f(f'ix_learnt_rules_{column}'), [column], unique=False)
        batch_op.create_index('ix_learnt_rules_town', ['municipality_id', 'id'], unique=False)

    op.create_table('candidates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rules', sa.String(length=60), nullable=False),
    sa.Column('learnt_rule_id', sa.Integer(), nullable=True),
    sa.Column('first_month', sa.Date(), nullable=False),
    sa.Column('last_month', sa.Date(), nullable=False),
    sa.Column('case_count', sa.Integer(), nullable=False),
    sa.Column('office_count', sa.Integer(), nullable=False),
    sa.Column('client_count', sa.Integer(), nullable=False),
    sa.Column('clients_exact', sa.Boolean(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('faded_on', sa.Date(), nullable=True),
    sa.Column('parked_until', sa.Date(), nullable=True),
    sa.Column('wakes_after_cases', sa.Integer(), nullable=True),
    sa.Column('issue_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['act_type_code'], ['act_types.code'], name=op.f('fk_candidates_act_type_code')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_candidates_area_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_candidates_issue_id')),
    sa.ForeignKeyConstraint(['learnt_rule_id'], ['learnt_rules.id'], name=op.f('fk_candidates_learnt_rule_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_candidates_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidates')),
    sa.UniqueConstraint('municipality_id', 'area_id', 'act_type_code', name=op.f('uq_candidates_municipality_id_area_id_act_type_code'))
    )
    with op.batch_alter_table('candidates', schema=None) as batch_op:
        for column in ('act_type_code', 'issue_id', 'learnt_rule_id'):
            batch_op.create_index(batch_op.f(f'ix_candidates_{column}'), [column], unique=False)
        batch_op.create_index('ix_candidates_town_state', ['municipality_id', 'state', 'weight', 'id'], unique=False)
        batch_op.create_index('ix_candidates_area_state', ['area_id', 'state', 'weight', 'id'], unique=False)

    op.create_table('candidate_cases',
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_candidate_cases_candidate_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_candidate_cases_case_id')),
    sa.PrimaryKeyConstraint('candidate_id', 'case_id', name=op.f('pk_candidate_cases'))
    )
    with op.batch_alter_table('candidate_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_candidate_cases_case_id'), ['case_id'], unique=False)

    op.create_table('candidate_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('was', sa.String(length=30), nullable=True),
    sa.Column('became', sa.String(length=30), nullable=False),
    sa.Column('case_count', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(length=400), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidates.id'], name=op.f('fk_candidate_steps_candidate_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_candidate_steps_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_candidate_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate_steps'))
    )
    with op.batch_alter_table('candidate_steps', schema=None) as batch_op:
        batch_op.create_index('ix_candidate_steps_candidate', ['candidate_id', 'id'], unique=False)
        for column in ('organisation_id', 'person_id'):
            batch_op.create_index(batch_op.f(f'ix_candidate_steps_{column}'), [column], unique=False)

    op.create_table('candidate_looks',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_candidate_looks_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', name=op.f('pk_candidate_looks'))
    )
    op.create_index('ix_cases_touched', 'cases', ['municipality_id', 'updated_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_cases_touched', table_name='cases')
    for table in ('candidate_looks', 'candidate_steps', 'candidate_cases', 'candidates', 'learnt_rules'):
        op.drop_table(table)
