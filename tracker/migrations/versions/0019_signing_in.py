"""Second factors, known browsers, links for a new password, and when somebody was sure."""

import sqlalchemy as sa
from alembic import op

revision = '0019_signing_in'
down_revision = '0018_proof'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('sessions', sa.Column('proved_at', sa.DateTime(timezone=True)))
    op.add_column('sessions', sa.Column('sure_at', sa.DateTime(timezone=True)))
    # Whoever is in stays in: they have shown all that was asked of them then.
    op.execute('UPDATE sessions SET proved_at = started_at, sure_at = started_at')
    op.add_column('sign_in_attempts', sa.Column('browser_hash', sa.String(64)))
    op.create_table(
        'known_browsers',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('token_hash', sa.String(64), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_known_browsers_person_id_people')
        ),
        sa.UniqueConstraint('token_hash', name=op.f('uq_known_browsers_token_hash')),
    )
    op.create_index('ix_known_browsers_person_id', 'known_browsers', ['person_id'])
    op.create_index('ix_known_browsers_used_at', 'known_browsers', ['used_at'])
    op.create_table(
        'password_resets',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('token_hash', sa.String(64), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('made_by_id', sa.Integer()),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_password_resets_person_id_people')
        ),
        sa.ForeignKeyConstraint(
            ['made_by_id'], ['people.id'], name=op.f('fk_password_resets_made_by_id_people')
        ),
        sa.UniqueConstraint('token_hash', name=op.f('uq_password_resets_token_hash')),
    )
    op.create_index('ix_password_resets_person_id', 'password_resets', ['person_id'])
    op.create_index('ix_password_resets_made_by_id', 'password_resets', ['made_by_id'])
    op.create_table(
        'second_factors',
        sa.Column('person_id', sa.Integer(), primary_key=True),
        sa.Column('sealed_seed', sa.String(300), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('failed_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_second_factors_person_id_people')
        ),
    )
    op.create_table(
        'recovery_codes',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('code_hash', sa.String(64), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id_people')
        ),
        sa.UniqueConstraint('code_hash', name=op.f('uq_recovery_codes_code_hash')),
    )
    op.create_index('ix_recovery_codes_person_id', 'recovery_codes', ['person_id'])
    op.create_table(
        'factor_resets',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('agreed_by_id', sa.Integer()),
        sa.Column('agreed_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_factor_resets_person_id_people')
        ),
        sa.ForeignKeyConstraint(
            ['asked_by_id'], ['people.id'], name=op.f('fk_factor_resets_asked_by_id_people')
        ),
        sa.ForeignKeyConstraint(
            ['agreed_by_id'], ['people.id'], name=op.f('fk_factor_resets_agreed_by_id_people')
        ),
    )
    for name in ('person_id', 'asked_by_id', 'agreed_by_id'):
        op.create_index(f'ix_factor_resets_{name}', 'factor_resets', [name])


def downgrade() -> None:
    for table in ('factor_resets', 'recovery_codes', 'second_factors', 'password_resets', 'known_browsers'):
        op.drop_table(table)
    op.drop_column('sign_in_attempts', 'browser_hash')
    op.execute('DELETE FROM sessions WHERE proved_at IS NULL')
    op.drop_column('sessions', 'sure_at')
    op.drop_column('sessions', 'proved_at')
