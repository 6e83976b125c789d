"""Issues split, joined and linked; cases filed twice. Old rows are joined into nothing."""

import sqlalchemy as sa
from alembic import op

revision = '0007_grouping'
down_revision = '0006_sorting'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('duplicate_of_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_cases_duplicate_of_id'), 'cases', ['duplicate_of_id'], ['id'])
        batch_op.create_index(op.f('ix_cases_duplicate_of_id'), ['duplicate_of_id'], unique=False)

    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.add_column(sa.Column('joined_into_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_issues_joined_into_id'), 'issues', ['joined_into_id'], ['id'])
        batch_op.create_index(op.f('ix_issues_joined_into_id'), ['joined_into_id'], unique=False)

    op.create_table('regroupings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=True),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('kept_case_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_regroupings_case_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_regroupings_issue_id')),
    sa.ForeignKeyConstraint(['kept_case_id'], ['cases.id'], name=op.f('fk_regroupings_kept_case_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_regroupings_municipality_id')),
    sa.ForeignKeyConstraint(['other_id'], ['issues.id'], name=op.f('fk_regroupings_other_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_regroupings_person_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['people.id'], name=op.f('fk_regroupings_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regroupings'))
    )
    with op.batch_alter_table('regroupings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regroupings_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_regroupings_issue_id'), ['issue_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_regroupings_kept_case_id'), ['kept_case_id'], unique=False)
        batch_op.create_index('ix_regroupings_municipality', ['municipality_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_regroupings_other_id'), ['other_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_regroupings_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_regroupings_undone_by_id'), ['undone_by_id'], unique=False)

    op.create_table('kept_apart',
    sa.Column('regrouping_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_kept_apart_case_id')),
    sa.ForeignKeyConstraint(['regrouping_id'], ['regroupings.id'], name=op.f('fk_kept_apart_regrouping_id')),
    sa.PrimaryKeyConstraint('regrouping_id', 'case_id', name=op.f('pk_kept_apart'))
    )
    with op.batch_alter_table('kept_apart', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_apart_case_id'), ['case_id'], unique=False)

    op.create_table('issue_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('issue_id <> other_id', name=op.f('ck_issue_links_two_issues')),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_links_issue_id')),
    sa.ForeignKeyConstraint(['other_id'], ['issues.id'], name=op.f('fk_issue_links_other_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_issue_links_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_links')),
    sa.UniqueConstraint('issue_id', 'other_id', name=op.f('uq_issue_links_issue_id_other_id'))
    )
    with op.batch_alter_table('issue_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_links_other_id'), ['other_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_links_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_issue_links_one_parent', ['issue_id'], unique=True, sqlite_where=sa.text("kind = 'child'"), postgresql_where=sa.text("kind = 'child'"))


def downgrade() -> None:
    op.drop_table('issue_links')
    op.drop_table('kept_apart')
    op.drop_table('regroupings')
    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_issues_joined_into_id'))
        batch_op.drop_constraint(op.f('fk_issues_joined_into_id'), type_='foreignkey')
        batch_op.drop_column('joined_into_id')

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_cases_duplicate_of_id'))
        batch_op.drop_constraint(op.f('fk_cases_duplicate_of_id'), type_='foreignkey')
        batch_op.drop_column('duplicate_of_id')
