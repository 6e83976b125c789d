"""Words by which cases, issues, minutes and resources are found. Old rows are found at once."""

import unicodedata

import jaconv
import sqlalchemy as sa
from alembic import op

revision = '0010_search'
down_revision = '0009_candidates'
branch_labels = None
depends_on = None

SEARCHED = {
    'issues': ('title', 'statement', 'for_whom', 'need', 'existing', 'cause', 'effect', 'question'),
    'agenda_items': ('title', 'question', 'discussion', 'outcome_reason'),
}
# Pairs of signs, and single ones, each with the town before it. Its cost keeps the planner from
# working it out for every row of a town.
CASE_PAIRS = """
CREATE FUNCTION case_pairs(town integer, words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
SELECT array(SELECT town || 'x' || substr(words, place, 2) FROM generate_series(1, length(words) - 1) AS place)
    || array(SELECT DISTINCT town || 'x' || sign FROM regexp_split_to_table(words, '') AS sign)
$$
"""
# Of a row of cases; an array of so many zeros counts the signs of its text.
PAIRS = """
(SELECT group_concat(cases.municipality_id || 'x' || hex(substr(cases.search_text, 1 + key, 2)), ' ')
 FROM json_each('[0' || replace(hex(zeroblob(length(cases.search_text) - 1)), '00', ',0') || ']'))
"""
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
    for name, texts in SEARCHED.items():
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('search_text', sa.String(length=4000), nullable=False, server_default=''))
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.alter_column('search_text', existing_type=sa.String(length=4000), server_default=None)
        fill(name, texts)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(CASE_PAIRS)
        op.execute(
            'CREATE INDEX ix_cases_words ON cases USING gin (case_pairs(municipality_id, search_text))'
            ' WITH (gin_pending_list_limit = 1024)'
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE case_words USING fts5"
        " (pairs, content='', columnsize=0, detail=none, tokenize='ascii')"
    )
    op.execute("INSERT INTO case_words (case_words, rank) VALUES ('secure-delete', 1)")
    op.execute(f'INSERT INTO case_words (rowid, pairs) SELECT id, {PAIRS} FROM cases ORDER BY id')


def fill(name, texts):
    connection = op.get_bind()
    table = sa.table(name, sa.column('id'), sa.column('search_text'), *(sa.column(text) for text in texts))
    rows = connection.execute(sa.select(table.c.id, *(table.c[text] for text in texts))).all()
    change = sa.update(table).where(table.c.id == sa.bindparam('key')).values(search_text=sa.bindparam('words'))
    words = [{'key': key, 'words': folded('|'.join(said))[:4000]} for key, *said in rows]
    if words:
        connection.execute(change, words)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP INDEX ix_cases_words')
        op.execute('DROP FUNCTION case_pairs(integer, text)')
    else:
        for verb in ('insert', 'update', 'delete'):
            op.execute(f'DROP TRIGGER IF EXISTS cases_words_{verb}')
        op.execute('DROP TABLE case_words')
    for name in SEARCHED:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('search_text')
