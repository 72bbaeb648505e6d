"""Letters about signing in and the address for it, in the language of the page that asked for them."""

from urllib.parse import urlencode

from deliberation.people.sessions import LINK_LIFE
from deliberation.running.outbox import Mail
from participate.languages import gettext, language, ngettext
from participate.settings import Settings


def sign_in_mail(settings: Settings, address: str, link: str, next: str) -> Mail:
    """`link` is a whole address; `next` is where on this site signing in leads on to, or empty.

    Nothing that somebody else typed stands in it but the address it goes to.
    """
    minutes = LINK_LIFE.seconds // 60
    whole = f"{link}?{urlencode({'next': next})}" if next else link
    site = settings.site_name
    parts = [
        gettext("Open this link to sign in to %(site)s:", site=site),
        whole,
        gettext("Then press the button on the page. The link works once.")
        + " "
        + ngettext("It works for %(n)s minute.", "It works for %(n)s minutes.", minutes),
        gettext("If you did not ask for it, do nothing. Without the link nobody can sign in as you."),
        _help(settings),
    ]
    return _mail(address, gettext("Your link to sign in to %(site)s", site=site), parts)


def new_address_mail(settings: Settings, address: str, link: str) -> Mail:
    """It goes to an address that may be a stranger's, so it does not say who asked."""
    minutes = LINK_LIFE.seconds // 60
    site = settings.site_name
    parts = [
        gettext("Open this link to sign in to %(site)s with this address from now on:", site=site),
        link,
        gettext("Open it where you are signed in, then press the button. The link works once.")
        + " "
        + ngettext("It works for %(n)s minute.", "It works for %(n)s minutes.", minutes),
        gettext("If you did not ask for it, do nothing. Then nothing changes."),
        _help(settings),
    ]
    return _mail(address, gettext("Your new address for %(site)s", site=site), parts)


def address_changed_mail(settings: Settings, old: str) -> Mail:
    """It does not say the new address: perhaps somebody else reads the old one's letters now."""
    site = settings.site_name
    parts = [
        gettext("The e-mail address of your account on %(site)s was changed.", site=site)
        + " "
        + gettext("You can no longer sign in to it with this one."),
        gettext("All your other devices were signed out."),
        gettext("If you did not do this, write at once to whoever runs the site."),
        _help(settings),
    ]
    return _mail(old, gettext("Your address for %(site)s was changed", site=site), parts)


def passkey_added_mail(settings: Settings, address: str) -> Mail:
    """It does not say what the passkey is called: whoever added it gave the name."""
    site = settings.site_name
    parts = [
        gettext("A passkey was added to your account on %(site)s.", site=site)
        + " "
        + gettext("It can sign in to your account without a letter."),
        gettext("If you did this, do nothing."),
        gettext(
            "If you did not, sign in, open My data and then Passkeys, and remove it. "
            "Then end the devices that you do not know."
        ),
        _help(settings),
    ]
    return _mail(address, gettext("A passkey was added to your account on %(site)s", site=site), parts)


def _help(settings: Settings) -> str:
    nobody = gettext("Nobody reads answers to this letter.")
    if not settings.contact:
        return nobody
    return f"{nobody} {gettext('For help: %(contact)s', contact=settings.contact)}"


def _mail(address: str, subject: str, parts: list[str]) -> Mail:
    return Mail(address, subject, "\n\n".join(parts) + "\n", language())
