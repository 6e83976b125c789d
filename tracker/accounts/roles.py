"""The permission matrix, as data. Rows still ask their policy; this is the coarse first lock."""

import enum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Role(enum.StrEnum):
    """What a person is in an organisation."""

    AGENCY = "agency"
    CENTRE = "centre"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    MEMBER = "member"
    PREFECTURE = "prefecture"
    ADMINISTRATOR = "administrator"
    PRIVACY = "privacy"


ROLE_LABELS: dict[Role, LazyString] = {
    Role.AGENCY: _l("Care manager"),
    Role.CENTRE: _l("Support centre staff"),
    Role.COORDINATOR: _l("Life-support coordinator"),
    Role.OFFICER: _l("Municipal officer"),
    Role.MEMBER: _l("Meeting member"),
    Role.PREFECTURE: _l("Prefecture"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.PRIVACY: _l("Privacy officer"),
}


class Permission(enum.StrEnum):
    """`subject.action`, alphabetical; each URL names one."""

    ACCOUNT_OWN = "account.own"
    ACTION_EDIT = "action.edit"
    ACTION_READ = "action.read"
    ACT_TYPE_READ = "act-type.read"
    AUDIT_READ = "audit.read"
    CASE_COUNT = "case.count"
    CASE_FILE = "case.file"
    CASE_IMPORT = "case.import"
    CASE_READ = "case.read"
    CASE_SORT = "case.sort"
    HOME = "home"
    ISSUE_EDIT = "issue.edit"
    ISSUE_READ = "issue.read"
    MAIL_KEEP = "mail.keep"
    MATRIX_READ = "matrix.read"
    MEETING_EDIT = "meeting.edit"
    MEETING_READ = "meeting.read"
    NOTICE_READ = "notice.read"
    ORGANISATION_EDIT = "organisation.edit"
    ORGANISATION_READ = "organisation.read"
    PERSON_INVITE = "person.invite"
    PERSON_READ = "person.read"
    RESOURCE_EDIT = "resource.edit"
    RESOURCE_READ = "resource.read"
    SETTINGS_EDIT = "settings.edit"
    SETTINGS_READ = "settings.read"
    TOWN_SETUP = "town.setup"
    TOWN_TOTALS = "town.totals"


# Whoever has an account, even one that belongs to no organisation today.
EVERYONE = frozenset(
    {
        Permission.ACCOUNT_OWN,
        Permission.ACT_TYPE_READ,
        Permission.HOME,
        Permission.NOTICE_READ,
    }
)
_OWN_HOUSE = frozenset(
    {
        Permission.ORGANISATION_EDIT,
        Permission.ORGANISATION_READ,
        Permission.PERSON_INVITE,
        Permission.PERSON_READ,
    }
)

_CHAIN = frozenset(
    {
        Permission.ACTION_EDIT,
        Permission.ACTION_READ,
        Permission.CASE_COUNT,
        Permission.CASE_READ,
        Permission.ISSUE_READ,
        Permission.MATRIX_READ,
        Permission.MEETING_READ,
        Permission.RESOURCE_EDIT,
        Permission.RESOURCE_READ,
        Permission.SETTINGS_READ,
    }
)
_PREPARES = frozenset({Permission.ISSUE_EDIT, Permission.MEETING_EDIT})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AGENCY: EVERYONE
    | _OWN_HOUSE
    | {
        Permission.CASE_FILE,
        Permission.CASE_IMPORT,
        Permission.CASE_READ,
        Permission.MATRIX_READ,
        Permission.RESOURCE_READ,
    },
    Role.CENTRE: EVERYONE
    | _OWN_HOUSE
    | _CHAIN
    | _PREPARES
    | {Permission.CASE_FILE, Permission.CASE_IMPORT, Permission.CASE_SORT},
    Role.COORDINATOR: EVERYONE | _CHAIN | {Permission.ORGANISATION_READ, Permission.PERSON_READ},
    Role.OFFICER: EVERYONE
    | _OWN_HOUSE
    | _CHAIN
    | _PREPARES
    | {Permission.SETTINGS_EDIT, Permission.TOWN_SETUP},
    Role.MEMBER: EVERYONE | {Permission.MEETING_READ, Permission.RESOURCE_READ},
    Role.PREFECTURE: EVERYONE | {Permission.MATRIX_READ, Permission.TOWN_TOTALS},
    Role.ADMINISTRATOR: EVERYONE | _OWN_HOUSE | {Permission.MAIL_KEEP, Permission.TOWN_SETUP},
    Role.PRIVACY: EVERYONE | {Permission.AUDIT_READ},
}
