"""The list of act types, and what is known beside each."""

from flask import Blueprint, render_template

from tracker.accounts.access import allow
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.taxonomy import queries
from tracker.taxonomy.models import BASIS_LABELS

bp = Blueprint("taxonomy", __name__, url_prefix="/act-types")


@bp.get("/")
@allow(Permission.ACT_TYPE_READ)
def index():
    today = clock.today()
    return render_template(
        "taxonomy/index.html",
        act_types=queries.act_types(today),
        placements=queries.placements(today),
        with_guidance=queries.codes_with_guidance(today),
    )


@bp.get("/<string(length=4):code>")
@allow(Permission.ACT_TYPE_READ)
def show(code):
    return render_template(
        "taxonomy/show.html",
        help=queries.help_for(code, clock.today()),
        basis_labels=BASIS_LABELS,
    )
