"""What the demo's meetings are shown of its issues beside the figures."""

from datetime import datetime

from tracker.accounts.viewer import Viewer
from tracker.demo.files import rows
from tracker.issues.material import service
from tracker.issues.material.models import Cost
from tracker.issues.material.service import OptionDraft, VignetteDraft
from tracker.issues.models import RegionalIssue


def write(key: str, issue: RegionalIssue, *, by: Viewer, at: datetime) -> None:
    """The issue has its vignettes and options; some have none."""
    for row in rows("vignettes"):
        if row["issue"] == key:
            told = VignetteDraft(row["text"], row["public"] == "yes")
            service.add_vignette(issue, told, by=by, at=at)
    for row in rows("options"):
        if row["issue"] == key:
            way = OptionDraft(
                row["title"], Cost(row["cost"]), row["who"], row["effect"], row["public"] == "yes"
            )
            service.add_option(issue, way, by=by, at=at)
