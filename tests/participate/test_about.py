"""What pages of law and help say: who answers, numbers from the policy, whose work is served."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from quart import Quart

from charters.policy import load_policy
from participate import access
from participate.app import create_app
from participate.notices import packages, served
from participate.settings import Settings
from participate.shots import SCALE, SHOTS
from participate.static_files import DIST
from tests.people import Person

ROOT = Path(__file__).parent.parent.parent
PAGES = ("/about", "/about/licences", "/privacy", "/accessibility", "/cookies")
HELP = ("/help", "/help/taking-part", "/help/officials", "/help/facilitators", "/help/researchers")
LARGEST_PICTURE = 80_000


@pytest.mark.parametrize("path", [*PAGES, *HELP])
async def test_every_page_is_there_in_both_languages(person: Person, path: str) -> None:
    for language in ("en", "cy"):
        page = await person.get(f"{path}?lang={language}")
        assert page.status == 200
        assert f'<html lang="{language}">' in page.html


async def test_the_pages_name_who_answers(settings: Settings) -> None:
    notice = "https://avonmere.example/privacy-notice"
    app = create_app(replace(settings, controller="Brenmoor <Care> Forum", privacy_notice=notice))
    person = Person(app)
    privacy, about = await person.get("/privacy"), await person.get("/about")
    for page in (privacy, about):
        assert "Brenmoor &lt;Care&gt; Forum" in page.html
        assert 'href="mailto:help@avonmere.example"' in page.html
        assert 'href="mailto:complaints@avonmere.example"' in page.html
        assert 'href="tel:01632960123"' in page.html
    assert f'href="{notice}"' in privacy.html
    await app.extensions["database"].close()


async def test_without_a_notice_of_its_own_the_page_says_where_to_ask(person: Person) -> None:
    assert "Ask for it here: help@avonmere.example" in (await person.get("/privacy")).text


async def test_numbers_come_from_the_policy(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = load_policy("open-health-space")
    other = replace(
        policy,
        publication=replace(policy.publication, min_participants=70, min_group=33, min_new_participants=44),
        moderation=replace(policy.moderation, appeal_days=35),
        assets={**policy.assets, "vote": replace(policy.assets["vote"], retention_days=1095)},
    )
    before = {path: (await person.get(path)).text for path in (*PAGES, *HELP)}
    monkeypatch.setattr(access, "load_policy", lambda name: other)
    after = {path: (await person.get(path)).text for path in (*PAGES, *HELP)}
    assert "before 20 people have voted" in before["/about"]
    assert "before 70 people have voted" in after["/about"]
    assert "2 years, then only totals" in before["/privacy"]
    assert "3 years, then only totals" in after["/privacy"]
    assert "below 70 people, and no group below 33" in after["/help/researchers"]
    assert "needs 44 people" in after["/help/researchers"]
    assert "how to appeal, within 5 weeks" in after["/help/taking-part"]


async def test_the_rules_are_those_that_a_removal_names(person: Person) -> None:
    from deliberation.opinion.moderation import REASONS

    for path in ("/help/taking-part", "/help/facilitators"):
        page = await person.get(path)
        for words in REASONS.values():
            assert f"<li>{words}</li>" in page.html


async def test_every_part_of_what_is_served_is_listed_with_its_notice(person: Person) -> None:
    page = await person.get("/about/licences")
    names = {part.name for part in served()}
    # Told from the built files themselves, not from what the build says that it read.
    css = (DIST / "app.css").read_text(encoding="utf-8")
    assert (".nhsuk-" in css) == ("nhsuk-frontend" in names)
    assert any(DIST.glob("public-sans*.woff2")) == ("@fontsource-variable/public-sans" in names)
    assert "Participate" in names
    for part in served():
        assert part.licence in ("MIT", "OFL-1.1", "0BSD", "BSD-3-Clause", "ISC", "Apache-2.0"), part.name
        assert re.search(r"copyright", part.text, re.I), part.name
        assert f"{part.name} {part.version} ({part.licence})" in page.html
    assert page.html.count('<pre class="licence"') == len(names)
    assert "SIL OPEN FONT LICENSE" in page.html
    assert "Copyright (c) 2019 NHS.UK" in page.html


async def test_every_package_of_the_lock_that_is_here_is_listed(person: Person) -> None:
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements.lock").read_text(), re.M))
    assert {"quart", "nhsuk-frontend-jinja", "numpy"} <= locked
    assert locked == set(json.loads((DIST / "notices.json").read_text(encoding="utf-8"))["packages"])
    page = await person.get("/about/licences")
    for package in packages():
        assert f'<th scope="row">{package.name}</th><td>{package.version}</td>' in page.html
        assert package.licence, f"{package.name} states no licence"
    assert len(packages()) > 30
    assert len({package.name for package in packages()}) == len(packages())


async def test_what_has_not_been_built_is_not_made_up(
    app: Quart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from participate import notices

    for cached in (notices.served, notices.packages, notices._gathered):
        cached.cache_clear()
    monkeypatch.setattr(notices, "NOTICES", tmp_path / "none.json")
    assert (await Person(app).get("/about/licences")).status == 200
    assert notices.served() == ()
    for cached in (notices.served, notices.packages, notices._gathered):
        cached.cache_clear()


async def test_every_picture_of_help_is_there_small_and_described(person: Person) -> None:
    shown = set()
    for path in HELP:
        page = await person.get(path)
        for tag in re.findall(r'<img src="/help/pictures[^>]*>', page.html):
            source, alt = re.findall(r'src="([^"]*)', tag)[0], re.findall(r'alt="([^"]*)"', tag)[0]
            reply = await person.client.get(source)
            content = await reply.get_data()
            assert (reply.status_code, reply.mimetype) == (200, "image/png")
            assert "immutable" in reply.headers["Cache-Control"]
            assert len(alt) > 30
            assert len(content) <= LARGEST_PICTURE
            picture = SHOTS / source.split("?")[0].removeprefix("/help/pictures/")
            assert content == picture.read_bytes()
            shown.add(picture)
            width = int.from_bytes(content[16:20])
            assert f'width="{round(width / SCALE)}"' in tag
    assert shown == set((SHOTS / "en").glob("*.png"))


async def test_a_picture_in_the_page_s_language_comes_first(
    person: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from participate import shots

    for language in ("en", "cy"):
        (tmp_path / language).mkdir()
        for picture in (SHOTS / "en").glob("*.png"):
            if language == "en" or picture.stem == "vote":
                (tmp_path / language / picture.name).write_bytes(picture.read_bytes())
    monkeypatch.setattr(shots, "SHOTS", tmp_path)
    shots.shots.cache_clear()
    welsh = await person.get("/help/taking-part?lang=cy")
    assert "/help/pictures/cy/vote.png" in welsh.html
    assert "/help/pictures/en/add.png" in welsh.html
    assert "/help/pictures/cy/" not in (await person.get("/help/taking-part?lang=en")).html
    shots.shots.cache_clear()
    for nothing in ("en/none", "xx/vote", "en/..%2Fen%2Fvote"):
        assert (await person.get(f"/help/pictures/{nothing}.png")).status == 404
