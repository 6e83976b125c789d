"""Who may write for the meeting what an issue is like: whoever may rewrite the issue."""

from tracker.accounts.viewer import Viewer
from tracker.issues import policy
from tracker.issues.models import OPEN, RegionalIssue


def can_write(viewer: Viewer, issue: RegionalIssue) -> bool:
    """Add, change and take out vignettes and options."""
    return policy.can_edit(viewer, issue)


def is_open(issue: RegionalIssue) -> bool:
    """Is the issue not over, so that a meeting may still be shown something new?"""
    return issue.status in OPEN
