"""What is missing, as a page and as a table to take along."""

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from tracker.accounts.access import allow, viewer
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.i18n import named
from tracker.formats import tables_out
from tracker.insights.coverage import queries
from tracker.insights.coverage.rule import Hole

bp = Blueprint("insights", __name__, url_prefix="/insights")


@bp.get("/coverage/")
@allow(Permission.RESOURCE_READ)
def coverage():
    found = queries.coverage(viewer(), today=clock.today())
    return render_template(
        "insights/coverage.html",
        found=found,
        areas=dict(found.areas),
        families={family.code: family for family in found.families},
        holes=list(Hole),
        months=queries.MONTHS,
    )


@bp.get("/coverage.csv")
@allow(Permission.RESOURCE_READ)
def coverage_csv():
    found = queries.coverage(viewer(), today=clock.today())
    names = dict(found.areas)
    families = {family.code: named(family) for family in found.families}
    head = [
        *(_("Family"), _("Area"), _("How it stands"), _("Cases of 12 months")),
        *(_("In use"), _("Confirmed"), _("Takes people"), _("Can be paid with little")),
    ]
    rows = [
        [
            families[one.family],
            names[one.area_id],
            str(one.hole.label),
            _("not shown") if one.cases is None else one.cases,
            *(one.supply.usable, one.supply.sure, one.supply.open, one.supply.affordable),
        ]
        for one in found.cells.values()
    ]
    content = tables_out.write_csv(head, rows)
    headers = {"Content-Disposition": 'attachment; filename="coverage.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)
