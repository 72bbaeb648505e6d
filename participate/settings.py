"""Every setting once: name, default, one sentence of help.

The environment variable is the field's name in capitals behind `PARTICIPATE_`.
`docs/reference/settings.md` is generated from this table (`python -m participate.settings`).
"""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(ValueError):
    """A setting cannot be used; the message says which, why and how to mend it."""


class Mode(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Settings:
    """What an installation can decide. Built by `from_environment`; tests build it directly."""

    database_url: str = _setting(
        "sqlite:///var/participate.db",
        "Where the data is kept: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    mode: Mode = _setting(
        Mode.PRODUCTION,
        "`production`, or `demo`, which only `make run` and `participate demo` set: "
        "demo binds to this machine alone and prints sign-in links.",
    )
    public_url: str = _setting(
        "",
        "The address people use, such as `https://participate.example.org`; "
        "production needs https, or a loopback address.",
    )
    secret_key: str = _setting(
        "",
        "At least 32 bytes that sign forms and sessions; changing it signs everybody out and loses nothing.",
    )
    pseudonym_key: str = _setting(
        "",
        "At least 32 bytes from which each space's pseudonyms are made: never change it, never store it "
        "with a backup. Derived from the secret key when empty.",
    )
    erasures: str = _setting(
        "",
        "The file that notes every erasure, apart from the database, for `participate restore`; keep it as "
        "long as any backup. Beside an SQLite database when empty, else `erasures` in the folder `var`.",
    )
    var: str = _setting("var", "The folder for what can be made again: caches, and the demonstration.")
    site_name: str = _setting("Participate", "The name shown at the top of every page.")
    controller: str = _setting(
        "",
        "The name of the body that answers for people's data here, shown on the privacy page; "
        "production needs it.",
    )
    contact: str = _setting(
        "",
        "An e-mail address or https address where people get help, another format or another language; "
        "production needs it.",
    )
    phone: str = _setting("", "A phone number for help, and after a comma when somebody answers.")
    complaints: str = _setting(
        "", "An e-mail address or https address where people complain; production needs it."
    )
    privacy_notice: str = _setting(
        "", "The https address of the controller's own privacy notice, linked from the privacy page."
    )
    logo: str = _setting(
        "", "The path of an SVG or PNG file of at most 100 kB, shown at the top in place of our mark."
    )
    accent: str = _setting(
        "", "A colour such as `#5c1a4f` for links and buttons; dark enough for white words on it."
    )
    trusted_proxies: int = _setting(
        0, "How many proxies in front are trusted to add to `X-Forwarded-For`; with 0 the header is ignored."
    )
    new_participants_an_hour: int = _setting(
        300, "How many new participants one network may bring in an hour; raise it for a dated event."
    )
    acts_a_minute: int = _setting(
        300, "How many acts (votes, undos, statements) one device may do in a minute."
    )
    sign_in_links_an_hour: int = _setting(
        60, "How many sign-in links one network may ask for in an hour; one address gets 5 at most."
    )
    smtp_url: str = _setting(
        "",
        "The mail server that sign-in links are sent by: `smtps://USER:PASSWORD@HOST`, or `smtp://` for one "
        "that begins in the open and then encrypts.",
    )
    mail_sender: str = _setting("", "The e-mail address that letters come from; needed with a mail server.")
    outside_issuer: str = _setting(
        "",
        "The https address of an OpenID Connect service that people may sign in by, as it writes it itself; "
        "none when empty.",
    )
    outside_name: str = _setting("", "What people call that service, on the button: at most 40 characters.")
    outside_client_id: str = _setting("", "What that service calls this installation.")
    outside_client_secret: str = _setting(
        "", "What that service gave to prove it; empty where it gave nothing, for PKCE alone."
    )
    outside_attests: str = _setting(
        "email",
        "What that service checks of people: `email`, or `nhs-login` where it checks who they are.",
    )
    analysis_seconds: int = _setting(600, "How long one analysis may run before it is stopped.")
    analysis_megabytes: int = _setting(4096, "How much memory one analysis may take before it is stopped.")

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def origin(self) -> str:
        """Where this installation is, as browsers write it; empty where that is not set."""
        return origin_of(self.public_url) if self.public_url else ""

    @property
    def https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def pseudonym_master(self) -> bytes:
        """The key from which every space's key is derived; never in the database nor in a backup."""
        if self.pseudonym_key:
            return self.pseudonym_key.encode()
        return sha256(b"participate pseudonym key\0" + self.secret_key.encode()).digest()


def from_environment(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    known = {f.name: f for f in fields(Settings)}
    _refuse_unknown(environ, known)
    values: dict[str, Any] = {}
    for name, column in known.items():
        raw = environ.get(variable(name))
        if raw is not None:
            values[name] = _read(name, type(column.default), raw)
    return Settings(**{**values, **overrides})


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"PARTICIPATE_{name.upper()}"


# Read by other parts of the project, not by the program itself.
ELSEWHERE = frozenset({"PARTICIPATE_CONVERSATIONS"})


# With 0 a limit would shut everybody out, or stop every analysis at once.
MAY_BE_NONE = frozenset({"trusted_proxies"})


def _refuse_unknown(environ: Mapping[str, str], known: Mapping[str, Any]) -> None:
    ours = {variable(name) for name in known}
    for name in sorted(environ):
        if name.startswith("PARTICIPATE_") and name not in ours | ELSEWHERE:
            raise SettingsError(
                f"{name} is not a setting. Remove it, or see docs/reference/settings.md for the names."
            )


def _read(name: str, kind: type, raw: str) -> Any:
    if kind is Mode:
        try:
            return Mode(raw)
        except ValueError:
            raise SettingsError(f"{variable(name)} is {raw!r}. Write `production` or `demo`.") from None
    if kind is int:
        try:
            number = int(raw)
        except ValueError:
            raise SettingsError(f"{variable(name)} is {raw!r}. Write a whole number.") from None
        least = 0 if name in MAY_BE_NONE else 1
        if number < least:
            raise SettingsError(f"{variable(name)} is {number}. Write {least} or more.")
        return number
    return raw


def origin_of(url: str) -> str:
    """Scheme, host and port as browsers write them: lower case, without the usual port.

    Raises SettingsError for anything more or less than these, and for http beyond this machine.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    more = parts.username or parts.password or parts.query or parts.fragment or parts.path not in ("", "/")
    if usual is None or not host or more or (parts.scheme == "http" and host not in LOOPBACK):
        raise SettingsError(
            f"PARTICIPATE_PUBLIC_URL is {url!r}. Write the https address people use, such as "
            "https://participate.example.org, or an http address on 127.0.0.1 to try it on this machine."
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in (None, usual) else f":{port}")


MADE_UP: Mapping[str, Any] = {
    "controller": "Avonmere Shared Spaces (made up)",
    "contact": "help@avonmere.example",
    "phone": "01632 960 123, Monday to Friday, 9am to 5pm (made up)",
    "complaints": "complaints@avonmere.example",
}
"""Who answers for a demonstration. Nobody has these addresses or this number: they are kept free for that."""


def demo_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings for a demonstration: keys are made once and kept under `var/`."""
    settings = from_environment(environ, **{"mode": Mode.DEMO, **overrides})
    made_up = {name: value for name, value in MADE_UP.items() if not getattr(settings, name)}
    if not settings.secret_key:
        made_up["secret_key"] = _kept_secret(Path(settings.var) / "demo-secret")
    return replace(settings, **made_up)


def _kept_secret(path: Path) -> str:
    """The secret in this file, made if there is none; of several made at once the first stays."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Linked when it is written: nobody reads half of it.
        with NamedTemporaryFile("w", dir=path.parent) as made, suppress(FileExistsError):
            made.write(secrets.token_urlsafe(32))
            made.flush()
            path.hardlink_to(made.name)
    return path.read_text()


def page() -> str:
    """The text of docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Each is an environment variable. This page is generated: `python -m participate.settings`.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    for column in fields(Settings):
        default = f"`{column.default}`" if column.default != "" else "(none)"
        lines.append(f"| `{variable(column.name)}` | {default} | {column.metadata['help']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path("docs/reference/settings.md").write_text(page(), encoding="utf-8")
