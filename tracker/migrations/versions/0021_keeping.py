"""Files that were taken out are listed, and texts that were taken out before their time.

Old rows stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = '0021_keeping'
down_revision = '0020_people'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('redactions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('is_whole', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('sentence', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_redactions_municipality_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_redactions_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redactions'))
    )
    with op.batch_alter_table('redactions', schema=None) as batch_op:
        batch_op.create_index('ix_redactions_municipality', ['municipality_id', 'id'], unique=False)
        batch_op.create_index('ix_redactions_subject', ['subject', 'subject_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redactions_person_id'), ['person_id'], unique=False)

    op.create_table('exports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('narrowed', sa.String(length=400), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=30), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_by_id', sa.Integer(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreed_by_id'], ['people.id'], name=op.f('fk_exports_agreed_by_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_exports_municipality_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_exports_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_exports_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exports'))
    )
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.create_index('ix_exports_municipality', ['municipality_id', 'id'], unique=False)
        batch_op.create_index('ix_exports_person', ['person_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_exports_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_exports_agreed_by_id'), ['agreed_by_id'], unique=False)


def downgrade() -> None:
    op.drop_table('exports')
    op.drop_table('redactions')
