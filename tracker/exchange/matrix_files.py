# Like routes it stands on untyped Flask.
# mypy: ignore-errors
"""The matrix and the released figures as files: what the page shows, and no figure more."""

from flask_babel import gettext as _

from tracker.accounts.access import allow
from tracker.accounts.roles import Permission
from tracker.core.errors import NotFoundError
from tracker.core.i18n import labelled, listed
from tracker.exchange.routes import attached, bp
from tracker.formats.tables_out import SheetOut, write_csv, write_xlsx
from tracker.issues import matrix, matrix_pages
from tracker.issues.matrix_forms import period_name

XLSX = ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
CSV = ("csv", "text/csv")


@bp.get("/matrix/counts.csv")
@allow(Permission.CASE_COUNT)
def matrix_csv():
    table, title = counted()
    return attached(as_csv(table), CSV, "matrix", title)


@bp.get("/matrix/counts.xlsx")
@allow(Permission.CASE_COUNT)
def matrix_xlsx():
    table, title = counted()
    notes = [_("Offices and clients are counted once in every total.")]
    return attached(as_xlsx(table, title, notes), XLSX, "matrix", title)


@bp.get("/matrix/released.csv")
@allow(Permission.MATRIX_READ)
def released_csv():
    table, title = released()
    return attached(as_csv(table), CSV, "released", title)


@bp.get("/matrix/released.xlsx")
@allow(Permission.MATRIX_READ)
def released_xlsx():
    table, title = released()
    notes = [_("Figures are in tens; small ones, and those that would tell them, are hidden.")]
    return attached(as_xlsx(table, title, notes), XLSX, "released", title)


def counted():
    """The table the address asks for, and what it is called.

    :raises InvalidInputError: when the address asks for something unknown
    """
    families, form = matrix_pages.asked_form()
    form.require_known()
    asked = form.asked()
    table = matrix_pages.exact_table(asked, families)
    words = [period_name(asked.period), *form.in_words()]
    if matrix_pages.is_part_of_town(asked):
        words.append(_("own areas only"))
    return table, labelled(_("Matrix") + " " + str(table.figure), listed(words))


def released():
    """The released table the address asks for, and what it is called.

    :raises NotFoundError: when there is none
    """
    _years, year, prefecture, of_country = matrix_pages.asked_release()
    table, _made_at = matrix_pages.released_figures(year, prefecture, of_country)
    if table is None:
        raise NotFoundError
    return table, labelled(_("Released figures"), period_name(matrix.fiscal_year(year)))


def head_of(table):
    """The headings: what stands in the rows, the columns, the total."""
    return [table.corner, *(name for name, _query in table.head), _("Total")]


def rows_of(table):
    """A row for each line, totals last."""
    return [[line.name, *(cell.value for cell in line.cells)] for line in table.everything]


def as_csv(table):
    """The table as CSV."""
    return write_csv(head_of(table), rows_of(table))


def as_xlsx(table, title, notes):
    """The table as a workbook, with what it shows above it."""
    sheet = SheetOut(_("Matrix"), head_of(table), rows_of(table), title=title)
    return write_xlsx([sheet], notes=notes)
