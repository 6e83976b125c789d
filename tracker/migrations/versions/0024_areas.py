"""What areas are is a code, with a town's own word beside it.

A word that was set before becomes the code it means, where it means one; else "other", so that the
word goes on holding from the day it was written for.
"""

import sqlalchemy as sa
from alembic import context, op

revision = '0024_areas'
down_revision = '0023_minutes_words'
branch_labels = None
depends_on = None

CODES = {
    'daily_life': ('日常生活圏域', 'daily-life area', 'daily life area'),
    'junior_high': ('中学校区', 'junior high school area', 'junior high school district'),
    'primary': ('小学校区', 'primary school area', 'primary school district'),
    'former_town': ('旧町村', '旧市町村', 'former town or village'),
    'association': ('自治会', '町内会', '自治会・町内会', 'neighbourhood association'),
}
OF_WORDS = {word: code for code, words in CODES.items() for word in words}
# Settings that the version before does not know.
NEW = ('area_type', 'population_source', 'cell_told', 'cell_least', 'cell_offices')

values = sa.table(
    'town_values',
    *(sa.column(name) for name in ('municipality_id', 'key', 'number', 'valid_from')),
    *(sa.column(name) for name in ('value', 'words', 'changed_by_id', 'changed_at')),
)


def code_of(words):
    """None puts the default back, as the word did."""
    return None if words is None else OF_WORDS.get(words.strip().lower(), 'other')


def may_change_rows() -> None:
    """A code is a row of its own beside the word: rows of settings are made, and lost downwards."""
    context.config.attributes.setdefault('may_lose', set()).add('town_values')


def upgrade() -> None:
    may_change_rows()
    connection = op.get_bind()
    said = connection.execute(sa.select(values).where(values.c.key == 'area_kind')).mappings().all()
    rows = [{**row, 'key': 'area_type', 'words': code_of(row['words'])} for row in said]
    if rows:
        connection.execute(sa.insert(values), rows)


def downgrade() -> None:
    may_change_rows()
    connection = op.get_bind()
    connection.execute(sa.delete(values).where(values.c.key.in_(NEW)))
