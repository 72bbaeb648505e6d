"""Settings: each declared once with its help, read strictly, and refused where serving would be unsafe."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from participate.fit_to_serve import check_for_serving
from participate.responsible import Phone, Way, responsible
from participate.settings import (
    Mode,
    Settings,
    SettingsError,
    demo_settings,
    from_environment,
    page,
    variable,
)
from tests.people import ANSWERING

ROOT = Path(__file__).parent.parent.parent
SAFE = Settings(
    secret_key="s" * 32,
    pseudonym_key="p" * 32,
    public_url="https://participate.example.org",
    smtp_url="smtps://mail.example.org",
    mail_sender="no-reply@participate.example.org",
    **ANSWERING,
)


def with_changes(**changes: object) -> Settings:
    return Settings(**{**{column.name: getattr(SAFE, column.name) for column in fields(SAFE)}, **changes})


def test_the_page_of_settings_is_the_one_that_the_program_makes() -> None:
    kept = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert kept == page(), "make it again: python -m participate.settings"


def test_every_setting_has_a_sentence_of_help_and_a_line_on_the_page() -> None:
    text = page()
    for column in fields(Settings):
        help = column.metadata["help"]
        assert help[0] in "`" or help[0].isupper()
        assert help.endswith(".")
        assert f"| `{variable(column.name)}` |" in text


def test_nothing_set_means_production_on_sqlite() -> None:
    settings = from_environment({})
    assert settings.mode is Mode.PRODUCTION
    assert settings.database_url == "sqlite:///var/participate.db"


def test_settings_are_read_from_their_variables() -> None:
    settings = from_environment(
        {"PARTICIPATE_SITE_NAME": "Brenmoor", "PARTICIPATE_TRUSTED_PROXIES": "2", "PARTICIPATE_MODE": "demo"}
    )
    assert (settings.site_name, settings.trusted_proxies, settings.mode) == ("Brenmoor", 2, Mode.DEMO)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("PARTICIPATE_MODE", "staging", "PARTICIPATE_MODE is 'staging'"),
        ("PARTICIPATE_TRUSTED_PROXIES", "two", "Write a whole number"),
        ("PARTICIPATE_TRUSTED_PROXIES", "-1", "Write 0 or more"),
        ("PARTICIPATE_SECRETKEY", "x", "PARTICIPATE_SECRETKEY is not a setting"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name: str, value: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        from_environment({name: value})


def test_a_safe_production_is_served_anywhere_without_a_warning() -> None:
    assert check_for_serving(SAFE, "0.0.0.0") == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"secret_key": "s" * 31}, "has 31 bytes; at least 32"),
        ({"pseudonym_key": "p" * 31}, "PARTICIPATE_PSEUDONYM_KEY has 31 bytes"),
        ({"public_url": ""}, "PARTICIPATE_PUBLIC_URL is ''"),
        ({"public_url": "http://participate.example.org"}, "Write the https address"),
        ({"public_url": "https://"}, "Write the https address"),
        ({"public_url": "ftp://127.0.0.1"}, "Write the https address"),
    ],
)
def test_an_unsafe_production_is_refused(changes: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        check_for_serving(with_changes(**changes), "127.0.0.1")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
def test_a_loopback_address_will_do_to_try_it(url: str) -> None:
    assert check_for_serving(with_changes(public_url=url), "127.0.0.1") == []


def test_production_is_not_served_while_nobody_answers_for_it() -> None:
    with pytest.raises(SettingsError) as refused:
        check_for_serving(with_changes(controller=" ", contact="", complaints=""), "127.0.0.1")
    for name in ("CONTROLLER", "CONTACT", "COMPLAINTS"):
        assert f"PARTICIPATE_{name} is empty. Write " in str(refused.value)
    with pytest.raises(SettingsError, match=r"^PARTICIPATE_COMPLAINTS is empty[^\n]*$"):
        check_for_serving(with_changes(complaints=""), "127.0.0.1")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"contact": "the front desk"}, "PARTICIPATE_CONTACT is 'the front desk'. Write an e-mail address"),
        ({"contact": "javascript:alert(1)"}, "Write an e-mail address"),
        ({"complaints": "http://example.org"}, "or an https address"),
        ({"complaints": "https://"}, "or an https address"),
        ({"phone": "ask for Fern"}, "Write the number first and the hours after a comma"),
        ({"privacy_notice": "privacy.pdf"}, "PARTICIPATE_PRIVACY_NOTICE is 'privacy.pdf'. Write an https"),
    ],
)
def test_a_way_to_reach_somebody_must_lead_somewhere(changes: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(complaint)):
        check_for_serving(with_changes(**changes), "127.0.0.1")


def test_the_ways_to_reach_somebody_are_links() -> None:
    who = responsible(
        with_changes(contact="https://avonmere.example/help/", phone="+44 1632 960 123, weekdays")
    )
    assert who.contact == Way("avonmere.example/help", "https://avonmere.example/help/")
    assert who.complaints == Way("complaints@avonmere.example", "mailto:complaints@avonmere.example")
    assert who.phone == Phone("+44 1632 960 123", "tel:+441632960123", "weekdays")
    assert responsible(with_changes(phone="01632 960 123")).phone == Phone(
        "01632 960 123", "tel:01632960123", ""
    )


def test_a_demonstration_has_somebody_made_up_to_answer_for_it(tmp_path: Path) -> None:
    var = {"PARTICIPATE_VAR": str(tmp_path / "var")}
    made_up = demo_settings(var)
    assert "made up" in made_up.controller
    assert responsible(made_up).phone is not None
    assert demo_settings({**var, "PARTICIPATE_CONTROLLER": "Ours"}).controller == "Ours"


def test_a_secret_of_letters_beyond_ascii_is_measured_in_bytes() -> None:
    assert check_for_serving(with_changes(secret_key="ŵ" * 16), "127.0.0.1") == []


def test_a_derived_pseudonym_key_is_warned_about_and_follows_the_secret() -> None:
    (warning,) = check_for_serving(with_changes(pseudonym_key=""), "127.0.0.1")
    assert "derived from PARTICIPATE_SECRET_KEY" in warning
    derived = with_changes(pseudonym_key="").pseudonym_master
    assert derived != with_changes(pseudonym_key="", secret_key="t" * 32).pseudonym_master
    assert SAFE.secret_key.encode() not in derived


def test_a_pseudonym_key_of_its_own_does_not_follow_the_secret() -> None:
    assert SAFE.pseudonym_master == with_changes(secret_key="t" * 32).pseudonym_master


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "participate.example.org"])
def test_a_demonstration_is_not_served_beyond_this_machine(host: str) -> None:
    with pytest.raises(SettingsError, match="Demo mode prints sign-in links"):
        check_for_serving(with_changes(mode=Mode.DEMO), host)
    assert check_for_serving(with_changes(mode=Mode.DEMO), "127.0.0.1") == []


def test_a_demonstration_keeps_its_secret_between_starts_for_its_owner_alone(tmp_path: Path) -> None:
    first = demo_settings({"PARTICIPATE_VAR": str(tmp_path / "var")})
    again = demo_settings({"PARTICIPATE_VAR": str(tmp_path / "var")})
    assert first == again
    assert first.demo
    assert len(first.secret_key) >= 32
    assert (tmp_path / "var" / "demo-secret").stat().st_mode & 0o777 == 0o600
    given = demo_settings({"PARTICIPATE_VAR": str(tmp_path / "var"), "PARTICIPATE_SECRET_KEY": "g" * 32})
    assert given.secret_key == "g" * 32


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Participate.Example.org:443/", "https://participate.example.org"),
        ("https://participate.example.org:8443", "https://participate.example.org:8443"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_public_address_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert Settings(public_url=url).origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "https://somebody:secret@example.org",
        "https://example.org/path",
        "https://example.org/?a=b",
        "https://example.org:99999",
        "https://",
        "http://example.org",
    ],
)
def test_anything_more_or_less_than_an_origin_is_no_public_address(url: str) -> None:
    with pytest.raises(SettingsError, match="Write the https address"):
        check_for_serving(Settings(public_url=url, secret_key="s" * 32), "127.0.0.1")


@pytest.mark.parametrize(
    "name",
    [
        "ACTS_A_MINUTE",
        "NEW_PARTICIPANTS_AN_HOUR",
        "ANALYSIS_SECONDS",
        "ANALYSIS_MEGABYTES",
    ],
)
def test_a_limit_that_would_shut_everybody_out_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="Write 1 or more"):
        from_environment({f"PARTICIPATE_{name}": "0"})
    assert from_environment({"PARTICIPATE_TRUSTED_PROXIES": "0"}).trusted_proxies == 0
