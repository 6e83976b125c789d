"""What staff write of an issue for a meeting, as tests begin with it."""

from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.material import service
from tracker.issues.material.models import Cost, IssueOption, Vignette
from tracker.issues.material.service import OptionDraft, VignetteDraft
from tracker.issues.models import RegionalIssue

STORY = "坂の上に一人で暮らし、訪問のたびに米と水を頼まれる。"


def write_vignette(
    issue: RegionalIssue, by: Viewer, text: str = STORY, *, is_public: bool = False
) -> Vignette:
    """The issue has this vignette."""
    made = service.add_vignette(issue, VignetteDraft(text, is_public), by=by, at=clock.now())
    db.session.commit()
    return made


def write_option(
    issue: RegionalIssue, by: Viewer, title: str = "移動販売を週一回頼む"
) -> IssueOption:
    """The issue has this option: a van that costs a little."""
    draft = OptionDraft(title, Cost.LOW, "社会福祉協議会", "停まる場所を町内会が用意する。")
    made = service.add_option(issue, draft, by=by, at=clock.now())
    db.session.commit()
    return made
