"""The floor: what Flask alone does with the same data; one query, one template, nobody signs in.

A share of this can be read on any machine, where requests a second cannot.
"""

import sys
import threading
from pathlib import Path

import pysqlite3.dbapi2 as driver
import waitress
from flask import Flask, redirect, render_template, request

THREADS = 8
FRAME = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{{ title }}</title>
</head><body><h1>{{ title }}</h1>%s</body></html>"""
LIST = (
    FRAME
    % """<table><thead><tr><th>番号<th>種別<th>状態<th>受付<th>内容</tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/one/{{ row[0] }}">{{ row[1] }}</a><td>{{ row[2] }}
<td>{{ row[3] }}<td>{{ row[4] }}<td>{{ row[5] }}</tr>{% endfor %}</tbody></table>"""
)
ONE = FRAME % "<dl>{% for word in row %}<dt>{{ loop.index }}<dd>{{ word }}{% endfor %}</dl>"
GRID = (
    FRAME
    % """<table><tr><td>{% for code in codes %}<th>{{ code }}{% endfor %}</tr>
{% for area in areas %}<tr><th>{{ area }}{% for code in codes %}
<td>{{ counts.get((area, code), 0) }}{% endfor %}</tr>{% endfor %}</table>"""
)

COPY = """
attach database ? as ours;
create table items as select id, number, municipality_id as town, area_id as area,
  act_type_code as code, status, submitted_at as at, summary from ours.cases;
create unique index items_id on items (id);
create index items_town on items (town, id);
create index items_counted on items (town, area, code);
detach database ours;
analyze;
"""


def copy(database: Path, ours: Path) -> None:
    """The floor's own file holds the cases of ours."""
    connection = driver.connect(str(database), isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    for statement in COPY.strip().split(";\n"):
        connection.execute(statement, (str(ours),) if "?" in statement else ())
    connection.close()


class Store(threading.local):
    """One connection for each thread, as durable as ours."""

    path = ""

    def __init__(self) -> None:
        self.connection = driver.connect(self.path, isolation_level=None)
        self.connection.execute("pragma synchronous=full")
        self.connection.execute("pragma busy_timeout=15000")
        self.connection.execute("pragma cache_size=-64000")


def build(database: Path) -> Flask:
    """The application."""
    app = Flask(__name__)
    Store.path = str(database)
    store = Store()
    a_list, one, grid = (app.jinja_env.from_string(text) for text in (LIST, ONE, GRID))

    @app.get("/list")
    def show_list() -> str:
        rows = store.connection.execute(
            "select id, number, code, status, at, summary from items"
            " where town = ? and status = ? order by id desc limit 50",
            (request.args["town"], request.args["status"]),
        ).fetchall()
        return render_template(a_list, title="一覧", rows=rows)

    @app.get("/one/<int:item_id>")
    def show_one(item_id: int) -> str:
        row = store.connection.execute("select * from items where id = ?", (item_id,)).fetchone()
        return render_template(one, title=row[1], row=row)

    @app.get("/grid")
    def show_grid() -> str:
        rows = store.connection.execute(
            "select area, code, count(*) from items where town = ? group by area, code",
            (request.args["town"],),
        ).fetchall()
        counts = {(area, code): count for area, code, count in rows}
        areas, codes = ({key[place] for key in counts} for place in (0, 1))
        return render_template(
            grid, title="集計", counts=counts, areas=sorted(areas), codes=sorted(codes)
        )

    @app.post("/file")
    def take() -> object:
        sent = request.form
        cursor = store.connection.execute(
            "insert into items (id, number, town, area, code, status, at, summary) values"
            " ((select max(id) + 1 from items), ?, ?, ?, ?, 'submitted', datetime(), ?)",
            (sent["request_key"], sent["town"], sent["area_id"], sent["act_type"], sent["summary"]),
        )
        return redirect(f"/one/{cursor.lastrowid}", 303)

    return app


if __name__ == "__main__":
    waitress.serve(
        build(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), threads=THREADS
    )
