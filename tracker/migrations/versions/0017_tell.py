"""How soon mail follows, which addresses refuse it, questions to filers, sheets for offices.

Everybody has answers mailed at once and news of issues on Mondays; who took no mail takes none.
Mails given up before are listed as given up.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017_tell'
down_revision = '0016_directory'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mail_own', sa.String(length=30), nullable=False, server_default='at_once'))
        batch_op.add_column(sa.Column('mail_news', sa.String(length=30), nullable=False, server_default='weekly'))

    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index('ix_notices_once', ['once', 'event'], unique=False)

    with op.batch_alter_table('outbox_mails', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hold_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('bundle_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('code', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('dead', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index('ix_outbox_mails_dead', 'outbox_mails', ['id'], unique=False, sqlite_where=sa.text('dead'), postgresql_where=sa.text('dead'))
    mails = sa.table('outbox_mails', sa.column('dead', sa.Boolean), sa.column('attempts', sa.Integer), sa.column('stopped_at', sa.DateTime(timezone=True)))
    op.execute(mails.update().where(mails.c.attempts >= 8, mails.c.stopped_at.is_not(None)).values(dead=True))

    op.create_table('mail_addresses',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.Column('code', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mail_addresses_person_id')),
    sa.ForeignKeyConstraint(['stopped_by_id'], ['people.id'], name=op.f('fk_mail_addresses_stopped_by_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_mail_addresses'))
    )
    op.create_index(op.f('ix_mail_addresses_stopped_by_id'), 'mail_addresses', ['stopped_by_id'], unique=False)

    op.create_table('questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=30), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('by_link', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['people.id'], name=op.f('fk_questions_answered_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_questions_case_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resources.id'], name=op.f('fk_questions_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    sa.UniqueConstraint('key', name=op.f('uq_questions_key'))
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index('ix_questions_case', ['case_id', 'id'], unique=False)
        for column in ('resource_id', 'answered_by_id'):
            batch_op.create_index(batch_op.f(f'ix_questions_{column}'), [column], unique=False)

    op.create_table('answer_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_answer_links_person_id')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_answer_links_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_answer_links_token_hash'))
    )
    with op.batch_alter_table('answer_links', schema=None) as batch_op:
        for column in ('question_id', 'person_id'):
            batch_op.create_index(batch_op.f(f'ix_answer_links_{column}'), [column], unique=False)

    op.create_table('sheet_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offices', sa.Integer(), nullable=False),
    sa.Column('made', sa.Integer(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_sheet_runs_asked_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_sheet_runs_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_runs'))
    )
    with op.batch_alter_table('sheet_runs', schema=None) as batch_op:
        batch_op.create_index('ix_sheet_runs_town', ['municipality_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sheet_runs_asked_by_id'), ['asked_by_id'], unique=False)

    op.create_table('office_sheets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_office_sheets_organisation_id')),
    sa.ForeignKeyConstraint(['run_id'], ['sheet_runs.id'], name=op.f('fk_office_sheets_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_sheets')),
    sa.UniqueConstraint('run_id', 'organisation_id', name=op.f('uq_office_sheets_run_id_organisation_id'))
    )
    op.create_index(op.f('ix_office_sheets_organisation_id'), 'office_sheets', ['organisation_id'], unique=False)


def downgrade() -> None:
    for table in ('office_sheets', 'sheet_runs', 'answer_links', 'questions', 'mail_addresses'):
        op.drop_table(table)
    op.drop_index('ix_outbox_mails_dead', table_name='outbox_mails', sqlite_where=sa.text('dead'), postgresql_where=sa.text('dead'))
    with op.batch_alter_table('outbox_mails', schema=None) as batch_op:
        for column in ('dead', 'code', 'bundle_id', 'hold_until'):
            batch_op.drop_column(column)
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index('ix_notices_once')
    with op.batch_alter_table('people', schema=None) as batch_op:
        for column in ('mail_news', 'mail_own'):
            batch_op.drop_column(column)
