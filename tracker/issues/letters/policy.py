"""Who may write to the prefecture about an issue: officers of its town, nobody else."""

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.issues.models import UNDER_WAY, RegionalIssue

WRITTEN_ABOUT = UNDER_WAY  # a candidate is no need of the region yet


def can_write(viewer: Viewer, issue: RegionalIssue) -> bool:
    """Make a letter, and record what came back."""
    return issue.municipality_id in viewer.municipality_ids(Role.OFFICER)
