"""Texts of minutes may be longer and are found by their words. Old texts are found at once."""

import unicodedata

import jaconv
import sqlalchemy as sa
from alembic import op

revision = '0023_minutes_words'
down_revision = '0022_settings'
branch_labels = None
depends_on = None

LENGTH = 100000
TEXT, FORMER_TEXT = 80000, 20000
DASHES = '‐‑‒–—―−─━﹘ー~〜∼～'
SIGNS = str.maketrans({**dict.fromkeys(DASHES, '-'), 'ゖ': 'け', 'ゕ': 'か'})


def folded(text):
    """The search key as it is made when this was written."""
    plain = unicodedata.normalize('NFKC', text).lower()
    seen = ''.join(char for char in plain if not unseen(char))
    joined = unicodedata.normalize('NFKC', seen)
    return unicodedata.normalize('NFKC', jaconv.kata2hira(joined).translate(SIGNS))


def unseen(char):
    variation = '\ufe00' <= char <= '\ufe0f' or '\U000e0100' <= char <= '\U000e01ef'
    return char.isspace() or unicodedata.category(char) == 'Cf' or variation


def upgrade() -> None:
    with op.batch_alter_table('minutes_texts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('search_text', sa.String(length=LENGTH), nullable=False, server_default=''))
        batch_op.alter_column('text', existing_type=sa.String(length=FORMER_TEXT), type_=sa.String(length=TEXT), existing_nullable=False)
    with op.batch_alter_table('minutes_texts', schema=None) as batch_op:
        batch_op.alter_column('search_text', existing_type=sa.String(length=LENGTH), server_default=None)
    connection = op.get_bind()
    table = sa.table('minutes_texts', sa.column('id'), sa.column('text'), sa.column('search_text'))
    rows = connection.execute(sa.select(table.c.id, table.c.text)).all()
    change = sa.update(table).where(table.c.id == sa.bindparam('key')).values(search_text=sa.bindparam('words'))
    words = [{'key': key, 'words': folded(text)[:LENGTH]} for key, text in rows]
    if words:
        connection.execute(change, words)


def downgrade() -> None:
    op.execute(f'UPDATE minutes_texts SET text = substr(text, 1, {FORMER_TEXT}) WHERE length(text) > {FORMER_TEXT}')
    with op.batch_alter_table('minutes_texts', schema=None) as batch_op:
        batch_op.drop_column('search_text')
        batch_op.alter_column('text', existing_type=sa.String(length=TEXT), type_=sa.String(length=FORMER_TEXT), existing_nullable=False)
