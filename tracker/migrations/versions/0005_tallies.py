"""Cases counted by cell (filled from the cases there are), releases of figures, saved views."""

import sqlalchemy as sa
from alembic import op

revision = '0005_tallies'
down_revision = '0004_values'
branch_labels = None
depends_on = None

KEY = 'municipality_id, occurred_month, area_id, act_type_code, organisation_id'
TRIGGERS = ('cases_tally_insert', 'cases_tally_update', 'cases_tally_delete')


def upgrade() -> None:
    op.create_table('case_tallies',
    sa.Column('municipality_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('occurred_month', sa.Date(), nullable=False),
    sa.Column('area_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('act_type_code', sa.String(length=4), nullable=False),
    sa.Column('organisation_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('municipality_id', 'occurred_month', 'area_id', 'act_type_code', 'organisation_id', name=op.f('pk_case_tallies')),
    sqlite_with_rowid=False
    )
    op.execute(
        f"INSERT INTO case_tallies ({KEY}, cases, minutes)"
        f" SELECT {KEY}, count(*), sum(times_handled * minutes_each) FROM cases"
        f" WHERE status <> 'withdrawn' GROUP BY {KEY}"
    )
    op.create_table('releases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('prefecture_id', sa.Integer(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['prefecture_id'], ['municipalities.id'], name=op.f('fk_releases_prefecture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_releases')),
    sa.UniqueConstraint('prefecture_id', 'fiscal_year', name=op.f('uq_releases_prefecture_id_fiscal_year'))
    )
    op.create_table('released_figures',
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('region_id', sa.Integer(), nullable=False),
    sa.Column('family_code', sa.String(length=2), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['region_id'], ['municipalities.id'], name=op.f('fk_released_figures_region_id')),
    sa.ForeignKeyConstraint(['release_id'], ['releases.id'], name=op.f('fk_released_figures_release_id')),
    sa.PrimaryKeyConstraint('release_id', 'region_id', 'family_code', name=op.f('pk_released_figures'))
    )
    with op.batch_alter_table('released_figures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_released_figures_region_id'), ['region_id'], unique=False)

    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.String(length=600), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_saved_views_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_saved_views_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views')),
    sa.UniqueConstraint('person_id', 'page', 'name', name=op.f('uq_saved_views_person_id_page_name'))
    )
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.create_index('ix_saved_views_organisation', ['organisation_id', 'page', 'id'], unique=False)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == 'postgresql'
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {name}{' ON cases' if on_postgresql else ''}")
        if on_postgresql:
            op.execute(f'DROP FUNCTION IF EXISTS {name}()')
    op.drop_table('saved_views')
    op.drop_table('released_figures')
    op.drop_table('releases')
    op.drop_table('case_tallies')
