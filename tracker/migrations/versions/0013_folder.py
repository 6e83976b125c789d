"""Word files of towns, papers made for an audience, secret addresses of calendars. No old rows."""

import sqlalchemy as sa
from alembic import op

revision = '0013_folder'
down_revision = '0012_evidence'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('word_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('note', sa.String(length=80), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_word_templates_municipality_id')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['people.id'], name=op.f('fk_word_templates_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_templates'))
    )
    with op.batch_alter_table('word_templates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_word_templates_uploaded_by_id'), ['uploaded_by_id'], unique=False)
        batch_op.create_index('ix_word_templates_town', ['municipality_id', 'kind', 'id'], unique=False)

    op.create_table('word_template_uses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_word_template_uses_municipality_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_word_template_uses_person_id')),
    sa.ForeignKeyConstraint(['template_id'], ['word_templates.id'], name=op.f('fk_word_template_uses_template_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_template_uses'))
    )
    with op.batch_alter_table('word_template_uses', schema=None) as batch_op:
        for column in ('template_id', 'person_id'):
            batch_op.create_index(batch_op.f(f'ix_word_template_uses_{column}'), [column], unique=False)
        batch_op.create_index('ix_word_template_uses_town', ['municipality_id', 'kind', 'id'], unique=False)

    op.create_table('paper_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=30), nullable=False),
    sa.Column('paper', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('hidden', sa.Integer(), nullable=False),
    sa.Column('vouched', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_paper_versions_made_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_paper_versions_meeting_id')),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipalities.id'], name=op.f('fk_paper_versions_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_versions'))
    )
    with op.batch_alter_table('paper_versions', schema=None) as batch_op:
        for column in ('municipality_id', 'made_by_id'):
            batch_op.create_index(batch_op.f(f'ix_paper_versions_{column}'), [column], unique=False)
        batch_op.create_index('ix_paper_versions_meeting', ['meeting_id', 'id'], unique=False)

    op.create_table('calendar_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_calendar_feeds_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('person_id', name=op.f('uq_calendar_feeds_person_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feeds_token_hash'))
    )


def downgrade() -> None:
    for table in ('calendar_feeds', 'paper_versions', 'word_template_uses', 'word_templates'):
        op.drop_table(table)
