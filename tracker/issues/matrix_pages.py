# Like routes it stands on untyped Flask.
# mypy: ignore-errors
"""The matrix with exact figures for those in its scope, and the released figures for others."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import row_id
from tracker.core.errors import NotFoundError
from tracker.issues import counting, matrix, releases
from tracker.issues.matrix_forms import NARROWED_BY, MatrixForm, Rows, Show, period_name
from tracker.issues.matrix_table import counted_table, heat_map, released_table
from tracker.saved import queries as saved
from tracker.saved.models import SavedPage
from tracker.taxonomy import queries as taxonomy

bp = Blueprint("issues", __name__)
NARROW_PLACES = 40  # more rows than that and the heat map cannot be read
COUNTED_BY = {Show.CLIENTS: "clients", Show.MEDIAN: "minutes"}  # what else has to be read


@bp.get("/matrix/", endpoint="matrix")
@allow(Permission.MATRIX_READ)
def show_matrix():
    if not viewer().may(Permission.CASE_COUNT):
        return released_page(endpoint="issues.matrix")
    families, form = asked_form()
    views = saved.views(viewer(), SavedPage.MATRIX)
    if not form.validate():
        return render_template("issues/matrix.html", form=form, views=views, table=None), 422
    asked = form.asked()
    table = exact_table(asked, families)
    return render_template(
        "issues/matrix.html",
        form=form,
        asked=asked,
        views=views,
        table=table,
        own_areas=is_part_of_town(asked),
        family=next((family for family in families if family.code == asked.family), None),
        in_words=form.in_words(),
        heat=heat_map(table) if table.head and len(table.lines) <= NARROW_PLACES else None,
    )


def is_part_of_town(asked):
    """Does a row bear a town's name, though the viewer counts some of its areas only?"""
    return asked.rows == Rows.TOWN and not viewer().municipality_ids(*counting.SCOPE)


def asked_form():
    """The families, and the form as the address fills it in, with all its choices."""
    families = taxonomy.families()
    form = MatrixForm(request.args)
    codes, classes = taxonomy.codes(*NARROWED_BY), taxonomy.work_classes()
    form.offer(clock.today(), families, codes, classes)
    return families, form


def exact_table(asked, families):
    """The figures asked for of what the viewer counts."""
    places = counting.places(viewer(), asked.rows)
    opened = asked.family is not None
    columns = counting.types_of(asked.family) if opened else families
    how = {"family": asked.family, "narrowing": asked.narrowing, "today": clock.today()}
    read = COUNTED_BY.get(asked.show)
    more = {read: getattr(counting, read)(viewer(), asked.period, **how)} if read else {}
    found = matrix.arrange(
        counting.counts(viewer(), asked.period, **how),
        {place.id: place.area_ids for place in places},
        [column.code for column in columns],
        **more,
    )
    return counted_table(found, asked, places, columns, str(Rows(asked.rows).label))


@bp.get("/matrix/released")
@allow(Permission.MATRIX_READ)
def released():
    return released_page()


def released_page(endpoint="issues.released"):
    """One year of a prefecture's towns, or of the country's prefectures; nothing else is asked."""
    years, year, prefecture, of_country = asked_release()
    table, made_at = released_figures(year, prefecture, of_country)
    return render_template(
        "issues/released.html",
        endpoint=endpoint,
        years=years,
        year=year,
        of_country=of_country,
        prefecture=prefecture,
        table=table,
        made_at=made_at,
        year_name=lambda year: period_name(matrix.fiscal_year(year)),
        query=release_query(year, prefecture, of_country),
        narrowed=bool(request.args.keys() - {"year", "of", "prefecture", "lang"}),
        counts=viewer().may(Permission.CASE_COUNT),
        heat=heat_map(table) if table and len(table.lines) <= NARROW_PLACES else None,
    )


def release_query(year, prefecture, of_country):
    """The address of a table behind its "?", the same for whoever opens it."""
    which = {"of": "country"} if of_country else {"prefecture": prefecture}
    return urlencode({"year": year, **which})


def asked_release():
    """The years there are, the one asked for, the prefecture, and whether it is the country's.

    :raises NotFoundError: when there is no such year or prefecture
    """
    years = releases.released_years()
    asked = {name: value for name, value in request.args.items() if value}
    try:
        year = int(asked.get("year", years[0] if years else 0))
        own = releases.prefecture_of(standing.municipality_id for standing in viewer().standings)
        prefecture = row_id(asked["prefecture"]) if "prefecture" in asked else own
    except ValueError as error:
        raise NotFoundError from error
    if asked.get("of", "towns") not in {"towns", "country"} or (years and year not in years):
        raise NotFoundError
    return years, year, prefecture, asked.get("of") == "country"


def released_figures(year, prefecture, of_country):
    """The table and when it was counted; None twice where none was released.

    :raises NotFoundError: when a prefecture was asked for that is none
    """
    corner = str(Rows.TOWN.label)
    if of_country:
        found, corner, total = releases.country_table(year), _("Prefecture"), None
    else:
        found, total = releases.towns_table(prefecture, year), prefecture
    if found is None:
        if "prefecture" in request.args:
            raise NotFoundError
        return None, None
    return released_table(found, taxonomy.families(), corner, total), found.made_at
