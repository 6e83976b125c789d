"""The parts of a statement, how much an issue weighs, letters. Old issues say none of the parts.

An old issue is dealt with in its area, or in the town where it has none; the one that was referred
up waits a level above. Old versions do not know their area and type. Points are 0 until the next
daily round.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008_statement'
down_revision = '0007_grouping'
branch_labels = None
depends_on = None

LINES, PARTS = ('for_whom', 'question'), ('need', 'existing', 'cause', 'effect')
CODES = (('gap', 20), ('level', 30), ('solver', 30))


def upgrade() -> None:
    for table in ('issues', 'issue_versions'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in LINES:
                batch_op.add_column(sa.Column(name, sa.String(length=200), nullable=False, server_default=''))
            for name in PARTS:
                batch_op.add_column(sa.Column(name, sa.String(length=400), nullable=False, server_default=''))
            for name, length in CODES:
                batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=True))
            if table == 'issues':
                batch_op.add_column(sa.Column('held_at', sa.String(length=30), nullable=False, server_default='municipality'))
            else:
                batch_op.add_column(sa.Column('area_id', sa.Integer(), nullable=True))
                batch_op.add_column(sa.Column('act_type_code', sa.String(length=4), nullable=True))
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in (*LINES, *PARTS, *(['held_at'] if table == 'issues' else [])):
                batch_op.alter_column(name, existing_type=sa.String(), server_default=None)
            if table == 'issue_versions':
                batch_op.create_foreign_key(op.f('fk_issue_versions_area_id'), 'areas', ['area_id'], ['id'])
                batch_op.create_foreign_key(op.f('fk_issue_versions_act_type_code'), 'act_types', ['act_type_code'], ['code'])
                batch_op.create_index(op.f('ix_issue_versions_area_id'), ['area_id'], unique=False)
                batch_op.create_index(op.f('ix_issue_versions_act_type_code'), ['act_type_code'], unique=False)
    op.execute("UPDATE issues SET held_at = 'area' WHERE area_id IS NOT NULL AND status <> 'forwarded'")
    op.execute("UPDATE issues SET held_at = 'prefecture' WHERE area_id IS NULL AND status = 'forwarded'")

    with op.batch_alter_table('issue_steps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_at', sa.String(length=30), nullable=True))

    op.create_table('issue_weights',
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=True),
    sa.Column('feasibility', sa.Integer(), nullable=True),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('offices', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('year_before', sa.Integer(), nullable=False),
    sa.Column('gap', sa.String(length=20), nullable=True),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('band', sa.String(length=30), nullable=False),
    sa.Column('set_band', sa.String(length=30), nullable=True),
    sa.Column('set_reason', sa.String(length=30), nullable=True),
    sa.Column('set_sentence', sa.String(length=300), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_weights_issue_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['people.id'], name=op.f('fk_issue_weights_set_by_id')),
    sa.PrimaryKeyConstraint('issue_id', name=op.f('pk_issue_weights'))
    )
    with op.batch_alter_table('issue_weights', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_weights_set_by_id'), ['set_by_id'], unique=False)
    op.execute(
        "INSERT INTO issue_weights (issue_id, cases, offices, minutes, latest, year_before, score,"
        " band, set_sentence) SELECT id, 0, 0, 0, 0, 0, 0, 'C', '' FROM issues"
    )

    op.create_table('issue_letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('addressee', sa.String(length=80), nullable=False),
    sa.Column('request', sa.String(length=400), nullable=False),
    sa.Column('sheet', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=400), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('paper_number', sa.String(length=60), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_letters_issue_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_issue_letters_made_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_issue_letters_municipality_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_issue_letters_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_letters')),
    sa.UniqueConstraint('municipality_id', 'fiscal_year', 'serial', name=op.f('uq_issue_letters_municipality_id_fiscal_year_serial'))
    )
    with op.batch_alter_table('issue_letters', schema=None) as batch_op:
        batch_op.create_index('ix_issue_letters_issue', ['issue_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_letters_made_by_id'), ['made_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_letters_recorded_by_id'), ['recorded_by_id'], unique=False)

    op.create_table('letter_serials',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_letter_serials_municipality_id')),
    sa.PrimaryKeyConstraint('municipality_id', 'fiscal_year', name=op.f('pk_letter_serials'))
    )


def downgrade() -> None:
    op.drop_table('letter_serials')
    op.drop_table('issue_letters')
    op.drop_table('issue_weights')
    with op.batch_alter_table('issue_steps', schema=None) as batch_op:
        batch_op.drop_column('held_at')
    with op.batch_alter_table('issue_versions', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_issue_versions_act_type_code'))
        batch_op.drop_index(op.f('ix_issue_versions_area_id'))
        batch_op.drop_constraint(op.f('fk_issue_versions_act_type_code'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_issue_versions_area_id'), type_='foreignkey')
        batch_op.drop_column('act_type_code')
        batch_op.drop_column('area_id')
    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.drop_column('held_at')
    for table in ('issue_versions', 'issues'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in (*LINES, *PARTS, *(name for name, _length in CODES)):
                batch_op.drop_column(name)
