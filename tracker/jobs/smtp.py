"""One line to the mail server, used for many mails, and what its answers mean."""

import enum
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType

from flask import current_app

TIMEOUT_SECONDS = 20
REFUSED_FROM, REFUSED_TO = 500, 599


class Fate(enum.Enum):
    """What became of a mail that was handed to the server."""

    TAKEN = 1
    LATER = 2  # not now: try again
    ADDRESS_REFUSED = 3  # nobody of that name: trying again does not help
    MAIL_REFUSED = 4  # this mail is not taken, whoever it is for
    UNREACHABLE = 5  # nobody answers: the others need not be tried now


@dataclass(frozen=True)
class Answer:
    """The fate, with the server's code and the class of the error; never its words."""

    fate: Fate
    code: int | None = None
    error: str | None = None


class Line:
    """`with Line() as line: line.send(message)`; connects when first used, and again when cut."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, message: EmailMessage) -> Answer:
        """Hand over one mail; what the server said."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return Answer(Fate.UNREACHABLE, _code(error), type(error).__name__)
        try:
            server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._hang_up()
            return answer_of(error)
        return Answer(Fate.TAKEN)

    def _connected(self) -> smtplib.SMTP:
        """A server that is there: an idle line may have been cut meanwhile."""
        if self._server is not None and not _alive(self._server):
            self._hang_up()
        if self._server is None:
            self._server = connect()
        return self._server

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()


def connect() -> smtplib.SMTP:
    """A connection that may send.

    :raises OSError: the server cannot be reached
    :raises smtplib.SMTPException: it does not let us in
    """
    config = current_app.config
    address = (config["MAIL_HOST"], config["MAIL_PORT"])
    if config["MAIL_TLS"] == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            *address, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(*address, timeout=TIMEOUT_SECONDS)
    try:
        if config["MAIL_TLS"] == "starttls":
            server.starttls(context=ssl.create_default_context())
        if config["MAIL_USER"]:
            server.login(config["MAIL_USER"], config["MAIL_PASSWORD"])
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def answer_of(error: Exception) -> Answer:
    """What an error while sending means.

    A refused sender is ours to mend, so the mail waits; without any code the line was cut.
    """
    code, name = _code(error), type(error).__name__
    final = code is not None and REFUSED_FROM <= code <= REFUSED_TO
    if isinstance(error, ValueError):  # an address or a head that cannot be sent at all
        return Answer(Fate.MAIL_REFUSED, None, name)
    if not final or isinstance(error, smtplib.SMTPSenderRefused):
        return Answer(Fate.LATER, code, name)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return Answer(Fate.ADDRESS_REFUSED, code, name)
    return Answer(Fate.MAIL_REFUSED, code, name)


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _words in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    return None
