"""The four refusals. Their messages are translated where they are raised and safe to show."""

from flask_babel import gettext as _


class TrackerError(Exception):
    """A refusal with a sentence for the person who asked."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(TrackerError):
    """What was typed cannot be taken; `field` names the box it belongs beside, or is None."""

    status = 422

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotAllowedError(TrackerError):
    """The person may know of this, but may not do that."""

    status = 403


class NotFoundError(TrackerError):
    """There is no such thing, or the person may not know that there is."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is nothing at this address, or it is not open to you."))


class ConflictError(TrackerError):
    """The step does not follow from the state, or somebody else was quicker."""

    status = 409


class TooManyError(TrackerError):
    """Too often in too short a time; may be tried again after `retry_after` seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def require(allowed: bool) -> None:
    """Return only when allowed: the first line of every verb of a service.

    :raises NotAllowedError: otherwise
    """
    if not allowed:
        raise NotAllowedError(_("Your account is not allowed to do this."))


def require_sentence(field: str, sentence: str, at_most: int | None = None) -> None:
    """Return only when something was written, of no more than so many characters.

    :raises InvalidInputError: naming the field
    """
    if not sentence.strip():
        raise InvalidInputError(field, _("Please fill this in."))
    require_short(field, sentence, at_most)


def require_short(field: str, sentence: str, at_most: int | None) -> None:
    """Return only when it has no more than so many characters; it may be empty.

    :raises InvalidInputError: naming the field
    """
    if at_most is not None and len(sentence) > at_most:
        raise InvalidInputError(
            field, _("Please use at most %(max)d characters.") % {"max": at_most}
        )
