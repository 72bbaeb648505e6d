"""The mail server that letters are handed to, as the settings name it."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from deliberation.errors import Invalid
from deliberation.people.accounts import checked_address
from participate.settings import LOOPBACK, Settings, SettingsError

PORTS = {"smtp": 587, "smtps": 465}
NOT_SET = (
    "PARTICIPATE_SMTP_URL is not set, so nobody can sign in by e-mail; links from the command line still "
    "work. See docs/how-to/send-mail.md."
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where to connect. `start_tls` is None where an open connection will do: on this very machine."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None


def can_send(settings: Settings) -> bool:
    """Whether letters reach anybody: by a mail server, or in a demonstration by its own page."""
    return bool(settings.smtp_url) or settings.demo


def mail_server(settings: Settings) -> MailServer | None:
    """The server of the settings, None where none is named. Raises SettingsError."""
    if not settings.smtp_url:
        return None
    try:
        parts = urlsplit(settings.smtp_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme not in PORTS or not host or more:
        # Not quoted: it holds a password.
        raise SettingsError(
            "PARTICIPATE_SMTP_URL cannot be read. Write smtps://USER:PASSWORD@HOST, or smtp:// for a server "
            "that begins in the open and then encrypts. A sign such as @ in a password is written %40."
        )
    _check_sender(settings.mail_sender)
    implicit = parts.scheme == "smtps"
    return MailServer(
        host=host,
        port=port or PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=implicit,
        start_tls=False if implicit else (None if host in LOOPBACK else True),
    )


def _check_sender(sender: str) -> None:
    try:
        checked_address(sender).encode("ascii")
    except (Invalid, UnicodeEncodeError):
        raise SettingsError(
            f"PARTICIPATE_MAIL_SENDER is {sender!r}. Write the e-mail address that letters come from, "
            "such as no-reply@participate.example.org; the mail server must let it be used."
        ) from None
