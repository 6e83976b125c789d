"""Who may write to the prefecture about an issue: officers of its town, nobody else."""

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.issues.models import IssueStatus, RegionalIssue

# Confirmed once, and not over: a candidate is no need of the region yet.
WRITTEN_ABOUT = frozenset(
    {
        IssueStatus.CONFIRMED,
        IssueStatus.ON_AGENDA,
        IssueStatus.FORWARDED,
        IssueStatus.DECIDED,
        IssueStatus.IN_ACTION,
        IssueStatus.WATCHING,
    }
)


def can_write(viewer: Viewer, issue: RegionalIssue) -> bool:
    """Make a letter, and record what came back."""
    return issue.municipality_id in viewer.municipality_ids(Role.OFFICER)
