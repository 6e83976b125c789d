"""The pages of an import, as an office walks through them; and the command."""

import io
import re

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests import past_cases
from tests.client import form_fields, parsed
from tests.databases import contents
from tests.past_cases import HEAD, past_row, past_rows, pasted
from tracker.accounts.models import Organisation
from tracker.accounts.roles import Role
from tracker.cases.models import Case, CaseStatus
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.exchange.imports import columns
from tracker.exchange.imports.columns import COLUMNS
from tracker.exchange.models import BatchStatus, ImportBatch, ImportRow
from tracker.formats import tables
from tracker.formats.tables_out import SheetOut, write_csv, write_xlsx
from tracker.jobs import worker

UPLOAD = "/cases/import"
BAD = past_row(occurred_month="きのう", gap="そのほか", summary="")


def send(browser, name, content, **fields):
    """Choose a file on the page and send it."""
    (form,) = [
        f for f in parsed(browser.get(UPLOAD).text).iter("form") if f.get("action") == UPLOAD
    ]
    file = (io.BytesIO(content), name)
    return browser.post(UPLOAD, data={**form_fields(form), "file": file, **fields})


def xlsx(*rows, head=HEAD):
    return write_xlsx([SheetOut("事例", head, rows)])


def batch():
    db.session.rollback()
    newest = sa.select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def press(browser, action):
    """Press the button that sends to this address on the page of the newest import."""
    page = browser.get(f"{UPLOAD}/{batch().id}")
    form = next(f for f in parsed(page.text).iter("form") if f.get("action") == action)
    return browser.post(action, data=form_fields(form))


@pytest.fixture
def browser(sign_in, aoi):
    return sign_in(aoi)


@pytest.fixture
def work(app):
    def go():
        db.session.rollback()
        worker.round_of_work(app, the_clock.now())
        db.session.expire_all()

    return go


def words(answer):
    return re.sub(r"\s+", " ", "".join(parsed(answer.text).itertext()))


def looked_at(browser, *rows):
    """The rows were sent and checked."""
    answer = browser.post_form(UPLOAD, {"pasted": pasted(*rows)}, to=UPLOAD)
    assert answer.status_code == 303, words(answer)
    answer = browser.post_form(answer.location, {}, to=f"{answer.location}/columns")
    assert answer.status_code == 303, words(answer)
    return browser.get(answer.location)


# The way of a file.


@pytest.mark.both
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("past.xlsx", xlsx(*past_rows(3))),
        ("past.csv", write_csv(HEAD, list(past_rows(3)))),
        ("past.csv", write_csv(HEAD, list(past_rows(3)), encoding="cp932")),
        ("past.tsv", pasted(*past_rows(3)).encode()),
    ],
    ids=["xlsx", "utf-8", "cp932", "tsv"],
)
def test_a_file_goes_all_the_way(browser, work, name, content):
    answer = send(browser, name, content)
    assert answer.status_code == 303, words(answer)
    page = answer.location
    assert "3番目の相談" in words(browser.get(page))
    assert browser.post_form(page, {}, to=f"{page}/columns").status_code == 303
    assert batch().counts["new"] == 3
    assert press(browser, f"{page}/take-in").status_code == 303
    assert db.session.scalars(sa.select(Case)).all() == []
    work()
    assert batch().status is BatchStatus.DONE
    assert len(db.session.scalars(sa.select(Case)).all()) == 3
    assert browser.get(page).status_code == 200


def test_few_rows_are_checked_at_once_and_many_by_the_worker(browser, work):
    answer = send(browser, "past.xlsx", xlsx(*past_rows(201)))
    browser.post_form(answer.location, {}, to=f"{answer.location}/columns")
    page = browser.get(answer.location)
    assert batch().status is BatchStatus.CHECKING
    progress = f"{answer.location}/progress"
    assert f'hx-get="{progress}"' in page.text
    assert "every 1s" in page.text
    assert f'href="{answer.location}"' in page.text, "a link to reload without a script"
    assert "HX-Refresh" not in browser.get(progress).headers
    work()
    assert browser.get(progress).headers["HX-Refresh"] == "true"
    assert batch().counts["new"] == 201


def test_errors_are_told_by_row_column_and_reason(browser):
    page = looked_at(browser, past_row(), BAD)
    rows = [
        [re.sub(r"\s+", " ", "".join(cell.itertext())).strip() for cell in row]
        for table in parsed(page.text).iter("tbody")
        for row in table
    ]
    at = {HEAD.index(name): name for name in ("発生月", "つなげなかった理由", "内容")}
    named = {f"{tables.column_letter(place)} {name}" for place, name in at.items()}
    assert named <= {row[1] for row in rows if row[0] == "3"}
    assert "Take in all rows" not in page.text


def test_bad_rows_come_back_as_a_file_with_marks(browser):
    looked_at(browser, past_row(row_id="1"), BAD)
    answer = browser.get(f"{UPLOAD}/{batch().id}/errors.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert head == [*HEAD, "Reason"] or head == [*HEAD, "理由"]
    assert sheet.max_row == 2
    marked = {head[cell.column - 1] for cell in sheet[2] if cell.comment}
    assert marked == {"発生月", "つなげなかった理由", "内容"}
    assert "3" in sheet.cell(2, len(head)).value


def test_the_file_of_errors_goes_in_again_once_corrected(browser):
    looked_at(browser, past_row(row_id="1"), past_row(row_id="2", gap="x"))
    content = browser.get(f"{UPLOAD}/{batch().id}/errors.xlsx").data
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0].cell(2, HEAD.index("つなげなかった理由") + 1).value = "G2"
    corrected = io.BytesIO()
    book.save(corrected)
    answer = send(browser, "errors.xlsx", corrected.getvalue())
    assert answer.status_code == 303, words(answer)
    browser.post_form(answer.location, {}, to=f"{answer.location}/columns")
    assert past_cases.counts(batch()) == (1, 0, 0, 0)


def test_a_changed_row_shows_what_was_and_what_will_be(browser, aoi):
    past_cases.taken_in(aoi, past_row(row_id="1"))
    page = looked_at(browser, past_row(row_id="1", minutes_each="55", gap="G2"))
    was = ["".join(one.itertext()) for one in parsed(page.text).iter("del")]
    now = ["".join(one.itertext()) for one in parsed(page.text).iter("ins")]
    assert set(zip(was, now, strict=True)) == {
        ("40", "55"),
        ("資源がない", "量が足りない・順番待ち"),
    }


def test_rows_can_be_narrowed_to_a_result(browser):
    looked_at(browser, *past_rows(2), BAD)
    url = f"{UPLOAD}/{batch().id}"
    assert "1番目の相談" not in words(browser.get(f"{url}?result=bad"))
    assert "1番目の相談" in words(browser.get(f"{url}?result=new"))


def test_marked_words_can_be_replaced(browser):
    looked_at(browser, past_row(summary="連絡先は 090-1234-5678 です。買い物を頼まれた。"))
    assert past_cases.faults(batch()) == [(2, "summary", "tells_who")]
    url = f"{UPLOAD}/{batch().id}"
    assert press(browser, f"{url}/letters").status_code == 303
    assert past_cases.counts(batch()) == (1, 0, 0, 0)
    db.session.rollback()
    assert "5678" not in str(contents())


# What is never stored.


@pytest.mark.both
def test_an_individual_number_is_hidden_before_anything_is_written(browser):
    rows = [past_row(summary="マイナンバー 1234 5678 9018 を見た")]
    page = looked_at(browser, *rows)
    assert past_cases.faults(batch()) == [(2, "summary", "forbidden")]
    assert "9018" not in page.text
    db.session.rollback()
    assert "9018" not in str(contents())


def test_one_in_a_column_that_is_not_matched_is_hidden_too(browser):
    block = pasted([*past_row(), "マイナンバー 123456789018"], head=[*HEAD, "備考"])
    browser.post_form(UPLOAD, {"pasted": block}, to=UPLOAD)
    row = db.session.scalars(sa.select(ImportRow)).one()
    assert "9018" not in str(row.cells)
    db.session.rollback()


def test_what_identifies_somebody_in_a_heading_is_hidden(browser):
    head = [*HEAD, "連絡先 090-1234-5678", "個人番号 123456789018"]
    block = pasted([*past_row(), "", "x"], head=head)
    assert browser.post_form(UPLOAD, {"pasted": block}, to=UPLOAD).status_code == 303
    db.session.rollback()
    assert not {"5678", "9018"} & set(re.findall("5678|9018", str(contents())))


# Refusals.


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04 and nothing more"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("a.pdf", b"%PDF-1.7"),
        ("a.csv", b"\xff\xff\xff"),
        ("a.csv", b"one\n"),
        ("a.csv", "発生月,内容\n".encode()),
        ("a.csv", "発生月,内容\n".encode() + b"1,2\n" * 5001),
        ("a.csv", "管理番号,内容\n【例】,見本\n".encode()),
        ("a.xlsm", b"PK\x03\x04"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[:12]!r}",
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(browser, name, content):
    browser.get(UPLOAD)
    traces.writer.flush()
    db.session.rollback()
    before = contents()
    answer = send(browser, name, content)
    assert answer.status_code == 422
    (error,) = [p for p in parsed(answer.text).iter("p") if p.get("class") == "field-error"]
    assert "".join(error.itertext()).strip().endswith(("。", "."))
    db.session.rollback()
    assert contents() == before


def test_nothing_chosen_is_refused(browser):
    assert browser.post_form(UPLOAD, {"pasted": " "}, to=UPLOAD).status_code == 422


def test_a_formula_is_refused_by_its_cell(browser):
    book = load_workbook(io.BytesIO(xlsx(past_row())))
    book.worksheets[0]["F2"] = "=1+1"
    target = io.BytesIO()
    book.save(target)
    answer = send(browser, "a.xlsx", target.getvalue())
    assert (answer.status_code, "F2" in words(answer)) == (422, True)


def test_another_sheet_can_be_chosen_when_the_first_is_refused(browser):
    sheets = [SheetOut("古い", HEAD, [past_row()]), SheetOut("新しい", HEAD, [past_row()])]
    answer = send(browser, "a.xlsx", write_xlsx(sheets))
    page = browser.get(answer.location)
    again = [s for s in parsed(page.text).iter("select") if s.get("name") == "sheet"]
    assert [option.get("value") for option in again[0].iter("option")] == ["", "古い", "新しい"]
    answer = send(browser, "a.xlsx", write_xlsx(sheets), sheet="新しい")
    assert batch().head["sheet"] == "新しい"
    assert send(browser, "a.xlsx", write_xlsx(sheets), sheet="どれでもない").status_code == 422


def test_a_file_read_anew_takes_the_place_of_the_first(browser):
    content = write_csv(HEAD, [past_row()], encoding="cp932")
    send(browser, "a.csv", content)
    first = batch().id
    send(browser, "a.csv", content, encoding="cp932", replaces=str(first))
    assert batch().id != first
    assert db.session.get_one(ImportBatch, first).status is BatchStatus.DISCARDED


# Sent twice, and too late.


def test_a_form_sent_twice_begins_one_import(browser):
    (form,) = [
        f for f in parsed(browser.get(UPLOAD).text).iter("form") if f.get("action") == UPLOAD
    ]
    sent = {**form_fields(form), "pasted": pasted(past_row())}
    first, second = (browser.post(UPLOAD, data=sent) for _time in range(2))
    assert first.location == second.location
    assert len(db.session.scalars(sa.select(ImportBatch)).all()) == 1
    db.session.rollback()


def test_rows_checked_again_meanwhile_are_not_taken_in_unseen(browser):
    looked_at(browser, past_row())
    url = f"{UPLOAD}/{batch().id}"
    key = "00000000-0000-4000-8000-000000000000"
    stale = {"request_key": key, "version": batch().version - 1}
    assert browser.send(f"{url}/take-in", stale).status_code == 409


def test_an_import_thrown_away_can_neither_be_matched_nor_taken_in(browser):
    looked_at(browser, past_row())
    url, version = f"{UPLOAD}/{batch().id}", batch().version
    key = "00000000-0000-4000-8000-00000000000"
    assert browser.send(f"{url}/discard", {"request_key": f"{key}1"}).status_code == 303
    taken = {"request_key": f"{key}2", "version": version}
    assert browser.send(f"{url}/take-in", taken).status_code == 409
    assert browser.send(f"{url}/undo", {"request_key": f"{key}3"}).status_code == 409
    assert browser.get(f"{url}/columns").status_code == 409
    assert browser.get(url).status_code == 200


def test_an_import_is_taken_back_on_its_page(browser, aoi):
    past_cases.taken_in(aoi, *past_rows(2))
    url = f"{UPLOAD}/{batch().id}"
    assert f"{url}/undo" in browser.get(url).text
    assert press(browser, f"{url}/undo").status_code == 303
    found = db.session.scalars(sa.select(Case.status)).all()
    assert set(found) == {CaseStatus.WITHDRAWN}
    db.session.rollback()


@pytest.mark.parametrize("login", ["kato", "nishi", "ono"])
def test_strangers_do_not_learn_of_an_import(request, sign_in, aoi, login):
    made = past_cases.checked(aoi, past_row(), BAD)
    other = sign_in(request.getfixturevalue(login))
    for address in ("", "/columns", "/progress", "/errors.xlsx"):
        assert other.get(f"{UPLOAD}/{made.id}{address}").status_code == 404
    for address in ("/columns", "/take-in", "/undo", "/discard", "/letters"):
        assert other.send(f"{UPLOAD}/{made.id}{address}").status_code == 404


# The template.


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_template_s_headings_match_themselves_and_its_example_is_skipped(browser, lang):
    content = browser.get(f"{UPLOAD}/template.xlsx?lang={lang}").data
    table = tables.read_table(content, "template.xlsx")
    assert columns.matched(table.head) == {c.field: at for at, c in enumerate(COLUMNS)}
    assert [columns.is_example(row.cells) for row in table.rows] == [True]
    book = load_workbook(io.BytesIO(content))
    assert book.worksheets[0].data_validations.dataValidation
    assert len(book.worksheets) >= 3
    assert send(browser, "template.xlsx", content).status_code == 422


def test_the_example_itself_could_be_taken_in(browser, aoi):
    for lang in ("ja", "en"):
        content = browser.get(f"{UPLOAD}/template.csv?lang={lang}").data
        table = tables.read_table(content, "template.csv")
        cells = dict(zip(table.head, table.rows[0].cells, strict=True))
        row = ["77" if columns.is_example([cell]) else cell for cell in cells.values()]
        found = past_cases.checked(aoi, row, head=table.head)
        assert past_cases.faults(found) == []
        db.session.rollback()


# The command.


@pytest.fixture
def command(app, aoi, tmp_path):
    office = db.session.get_one(Organisation, min(aoi.organisation_ids(Role.AGENCY))).office_no
    db.session.rollback()

    def run(*rows, more=()):
        file = tmp_path / "past.csv"
        file.write_bytes(write_csv(HEAD, list(rows)))
        runner = app.test_cli_runner()
        words = ["import", "cases", str(file), "--office", office, *more]
        found = runner.invoke(args=words)
        db.session.rollback()
        return found

    return run


def test_the_command_takes_in_a_good_file(command):
    assert command(*past_rows(3)).exit_code == 0
    assert len(db.session.scalars(sa.select(Case)).all()) == 3


def test_the_command_takes_in_nothing_of_a_bad_file(command):
    result = command(*past_rows(2), BAD)
    assert result.exit_code == 1
    assert f"4\t{tables.column_letter(HEAD.index('内容'))} 内容" in result.stderr
    assert db.session.scalars(sa.select(ImportBatch)).all() == []


def test_the_command_takes_in_the_good_rows_when_told_to(command):
    assert command(*past_rows(2), BAD, more=["--good-only"]).exit_code == 0
    assert len(db.session.scalars(sa.select(Case)).all()) == 2


def test_a_dry_run_stores_nothing(command):
    assert command(*past_rows(2), more=["--dry-run"]).exit_code == 0
    assert db.session.scalars(sa.select(ImportBatch)).all() == []


def test_the_command_says_what_it_cannot_read(command):
    assert command().exit_code == 1
