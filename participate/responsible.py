"""Who answers for an installation, and how they are reached: from the settings, on every page's foot."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from participate.settings import Settings, SettingsError, variable

ADDRESS = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+")
PHONE = re.compile(r"(\+?[\d ()-]{5,}\d)(?:,\s*(.+))?")
MUST_STAND = {
    "controller": "Write the name of the body that answers for people's data here: /privacy names it.",
    "contact": "Write an e-mail address or an https address where people get help: every page shows it.",
    "complaints": "Write an e-mail address or an https address where people complain: /privacy shows it.",
}
"""What production may not leave empty, and how to mend it."""
WAYS = ("contact", "complaints")


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach somebody: the words to show, and where they lead."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call, and when somebody answers (may be empty)."""

    number: str
    href: str
    hours: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """What pages say about who runs the installation. Empty only where nothing is served to anybody."""

    controller: str
    contact: Way | None
    phone: Phone | None
    complaints: Way | None
    privacy_notice: str


def responsible(settings: Settings) -> Responsible:
    """Who answers for this installation. Raises SettingsError for a way that leads nowhere."""
    return Responsible(
        controller=settings.controller,
        contact=_way("contact", settings.contact),
        phone=_phone(settings.phone),
        complaints=_way("complaints", settings.complaints),
        privacy_notice=_web_address("privacy_notice", settings.privacy_notice),
    )


def check_responsible(settings: Settings) -> None:
    """Refuse to serve while nobody answers for it. Raises SettingsError that names all that is missing."""
    missing = [
        f"{variable(name)} is empty. {how}"
        for name, how in MUST_STAND.items()
        if not getattr(settings, name).strip()
    ]
    if missing:
        raise SettingsError("\n".join(missing))
    responsible(settings)


def _way(name: str, text: str) -> Way | None:
    text = text.strip()
    if not text:
        return None
    if ADDRESS.fullmatch(text):
        return Way(text, f"mailto:{text}")
    if _is_web_address(text):
        return Way(text.removeprefix("https://").rstrip("/"), text)
    raise SettingsError(
        f"{variable(name)} is {text!r}. Write an e-mail address, such as help@example.org, "
        "or an https address, such as https://example.org/contact."
    )


def _web_address(name: str, text: str) -> str:
    text = text.strip()
    if text and not _is_web_address(text):
        raise SettingsError(
            f"{variable(name)} is {text!r}. Write an https address, such as https://example.org/privacy."
        )
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def _phone(text: str) -> Phone | None:
    text = text.strip()
    if not text:
        return None
    found = PHONE.fullmatch(text)
    if found is None:
        raise SettingsError(
            f"{variable('phone')} is {text!r}. Write the number first and the hours after a comma, "
            "such as: 01632 960 123, Monday to Friday."
        )
    return Phone(found[1], "tel:" + re.sub(r"[^\d+]", "", found[1]), found[2] or "")
