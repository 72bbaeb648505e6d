"""What must hold of the settings before anything is served to anybody."""

from participate.branding import brand_of
from participate.mail_server import NOT_SET, mail_server
from participate.responsible import check_responsible
from participate.settings import LOOPBACK, Settings, SettingsError, origin_of
from participate.signin.outside import outside_service


def check_for_serving(settings: Settings, host: str) -> list[str]:
    """Refuse to start where that would be unsafe; return the warnings to print at every start.

    Raises SettingsError with what is wrong and how to mend it.
    """
    brand_of(settings)
    server = mail_server(settings)
    outside_service(settings)
    if settings.demo:
        if host not in LOOPBACK:
            raise SettingsError(
                f"Demo mode prints sign-in links, so it does not serve on {host}. Use --host 127.0.0.1."
            )
        return []
    _check_keys(settings)
    origin_of(settings.public_url)
    check_responsible(settings)
    warnings = [] if server is not None else [NOT_SET]
    if not settings.pseudonym_key:
        warnings.append(DERIVED)
    return warnings


DERIVED = (
    "PARTICIPATE_PSEUDONYM_KEY is not set, so pseudonyms are derived from PARTICIPATE_SECRET_KEY: "
    "changing that key would then cut people off from their own votes. Set a key of its own."
)


def _check_keys(settings: Settings) -> None:
    if len(settings.secret_key.encode()) < 32:
        raise SettingsError(
            f"PARTICIPATE_SECRET_KEY has {len(settings.secret_key.encode())} bytes; at least 32 are needed. "
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    if settings.pseudonym_key and len(settings.pseudonym_key.encode()) < 32:
        raise SettingsError(
            f"PARTICIPATE_PSEUDONYM_KEY has {len(settings.pseudonym_key.encode())} bytes; "
            "at least 32 are needed. It can never be changed once people have taken part."
        )
