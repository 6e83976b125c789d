"""Facts of each stage, milestones, use, delegations, comments and agreements of actions.

Old actions have nobody in hand and no day of review; their log lines have no next step.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015_drive'
down_revision = '0014_room'
branch_labels = None
depends_on = None

TABLES = (
    'agreement_act_types', 'agreements', 'agreement_serials', 'action_mentions', 'action_comments',
    'action_delegations', 'action_uses', 'action_milestones', 'action_facts',
)


def _to(table, column, other, key='id'):
    return sa.ForeignKeyConstraint([column], [f'{other}.{key}'], name=op.f(f'fk_{table}_{column}'))


def _indexes(table, *columns):
    for column in columns:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column], unique=False)


def upgrade() -> None:
    with op.batch_alter_table('actions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('holder_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('next_review_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_actions_holder_id'), ['holder_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_actions_holder_id'), 'people', ['holder_id'], ['id'])
    with op.batch_alter_table('action_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_step', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('holder_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_action_entries_holder_id'), ['holder_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_action_entries_holder_id'), 'people', ['holder_id'], ['id'])
    with op.batch_alter_table('action_entries', schema=None) as batch_op:
        batch_op.alter_column('next_step', server_default=None)
    _work()
    _talk()
    _agreements()


def _work() -> None:
    op.create_table('action_facts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('fact', sa.String(length=30), nullable=False),
    sa.Column('text', sa.String(length=400), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    _to('action_facts', 'action_id', 'actions'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_facts'))
    )
    op.create_index('ix_action_facts_action', 'action_facts', ['action_id', 'id'], unique=False)
    _indexes('action_facts', 'act')

    op.create_table('action_milestones',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    _to('action_milestones', 'action_id', 'actions'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_milestones'))
    )
    op.create_index('ix_action_milestones_action', 'action_milestones', ['action_id', 'id'], unique=False)

    op.create_table('action_uses',
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('uses >= 0', name=op.f('ck_action_uses_uses')),
    sa.CheckConstraint('refusals >= 0', name=op.f('ck_action_uses_refusals')),
    _to('action_uses', 'action_id', 'actions'),
    sa.PrimaryKeyConstraint('action_id', 'month', name=op.f('pk_action_uses'))
    )


def _talk() -> None:
    op.create_table('action_delegations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_action_delegations_period')),
    _to('action_delegations', 'municipality_id', 'municipalities'),
    _to('action_delegations', 'holder_id', 'people'),
    _to('action_delegations', 'delegate_id', 'people'),
    _to('action_delegations', 'made_by_id', 'people'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_delegations'))
    )
    _indexes('action_delegations', 'municipality_id', 'holder_id', 'delegate_id', 'made_by_id')

    op.create_table('action_comments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=400), nullable=False),
    sa.Column('audience', sa.String(length=30), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    _to('action_comments', 'action_id', 'actions'),
    _to('action_comments', 'person_id', 'people'),
    _to('action_comments', 'organisation_id', 'organisations'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_comments'))
    )
    op.create_index('ix_action_comments_action', 'action_comments', ['action_id', 'id'], unique=False)
    _indexes('action_comments', 'person_id', 'organisation_id')

    op.create_table('action_mentions',
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    _to('action_mentions', 'comment_id', 'action_comments'),
    _to('action_mentions', 'person_id', 'people'),
    sa.PrimaryKeyConstraint('comment_id', 'person_id', name=op.f('pk_action_mentions'))
    )
    _indexes('action_mentions', 'person_id')


def _agreements() -> None:
    op.create_table('agreement_serials',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    _to('agreement_serials', 'municipality_id', 'municipalities'),
    sa.PrimaryKeyConstraint('municipality_id', 'fiscal_year', name=op.f('pk_agreement_serials'))
    )
    op.create_table('agreements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('parties', sa.String(length=200), nullable=False),
    sa.Column('subject', sa.String(length=400), nullable=False),
    sa.Column('document_no', sa.String(length=60), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('action_id', sa.Integer(), nullable=True),
    sa.Column('reminded_for', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_until >= valid_from', name=op.f('ck_agreements_period')),
    _to('agreements', 'municipality_id', 'municipalities'),
    _to('agreements', 'owner_id', 'organisations'),
    _to('agreements', 'holder_id', 'people'),
    _to('agreements', 'action_id', 'actions'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreements')),
    sa.UniqueConstraint('municipality_id', 'fiscal_year', 'serial', name=op.f('uq_agreements_municipality_id_fiscal_year_serial'))
    )
    op.create_index('ix_agreements_municipality', 'agreements', ['municipality_id', 'id'], unique=False)
    _indexes('agreements', 'owner_id', 'holder_id', 'action_id')
    op.create_table('agreement_act_types',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    _to('agreement_act_types', 'agreement_id', 'agreements'),
    _to('agreement_act_types', 'act_type_code', 'act_types', 'code'),
    sa.PrimaryKeyConstraint('agreement_id', 'act_type_code', name=op.f('pk_agreement_act_types'))
    )
    _indexes('agreement_act_types', 'act_type_code')


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table('action_entries', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_action_entries_holder_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_action_entries_holder_id'))
        batch_op.drop_column('holder_id')
        batch_op.drop_column('next_step')
    with op.batch_alter_table('actions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_actions_holder_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_actions_holder_id'))
        batch_op.drop_column('next_review_on')
        batch_op.drop_column('holder_id')
