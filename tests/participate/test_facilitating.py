"""A facilitator's pages: from a question to a shareable link, the queue, and nobody else in them."""

import re
from pathlib import Path
from typing import Any

import pytest
from quart import Quart

from charters.actions import Action
from charters.policy import load_policy
from deliberation.opinion.moderation import REASONS
from deliberation.opinion.seeds import MOST
from deliberation.opinion.statements import LONGEST
from deliberation.people.sessions import ABSOLUTE, IDLE, LINK_LIFE
from tests.participate.consulting import (
    HOURS,
    KINDS,
    NEW,
    RUN,
    SEEDS,
    WORDS,
    acts,
    make,
    open_it,
    token_of,
)
from tests.people import Person


async def test_the_same_languages_can_be_chosen_for_a_consultation_and_for_a_statement(
    cast: Any,
) -> None:
    asked = (await cast.flo.get(NEW)).form(NEW).html
    await make(cast.flo)
    await open_it(cast.flo)
    adding = (await cast.stranger.get(HOURS)).form("/statements").html
    offered = [re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', html) for html in (asked, adding)]
    assert offered[0] == offered[1] == [("en", "English"), ("cy", "Cymraeg (Welsh)")]


async def test_a_facilitator_comes_from_signing_in_to_the_space_they_run(cast: Any) -> None:
    page = await cast.flo.get("/facilitate")
    assert page.status == 303
    assert page.headers["Location"] == "/spaces/avonmere/facilitate"
    assert "None yet" in (await cast.flo.get("/spaces/avonmere/facilitate")).text
    assert "You facilitate no space" in (await cast.cai.get("/facilitate")).text


HAND_OVER = "/spaces/avonmere/facilitate/hand-over"


async def test_a_facilitator_hands_over_and_stops(cast: Any, link_for: Any) -> None:
    form = (await cast.flo.get(HAND_OVER)).form(HAND_OVER)
    for fields, field in (({"stays": "no"}, "address"), ({"address": "cai@example.org"}, "stays")):
        page = await cast.flo.send(form, **fields)
        assert page.status == 422
        assert f'<a href="#{field}">' in page.html
    page = await cast.flo.send(form, address="cai@example.org", stays="no")
    assert page.status == 200
    assert (await cast.flo.get("/spaces/avonmere/facilitate")).status == 403
    assert (await cast.cai.get("/spaces/avonmere/facilitate")).status == 200


async def test_two_facilitators_run_a_space_together(cast: Any) -> None:
    form = (await cast.flo.get(HAND_OVER)).form(HAND_OVER)
    page = await cast.flo.send(form, address="cai@example.org", stays="yes")
    assert "They can facilitate this space now." in page.text
    assert (await cast.cai.get("/spaces/avonmere/facilitate")).status == 200


ROUTES = [
    ("GET", "/spaces/avonmere/facilitate", Action.READ_QUEUE),
    ("GET", HAND_OVER, Action.APPOINT_FACILITATOR),
    ("POST", HAND_OVER, Action.APPOINT_FACILITATOR),
    ("GET", KINDS, Action.CREATE_CONSULTATION),
    ("GET", NEW, Action.CREATE_CONSULTATION),
    ("POST", NEW, Action.CREATE_CONSULTATION),
    ("GET", RUN, Action.READ_QUEUE),
    ("GET", f"{RUN}/words", Action.REVISE_CONSULTATION),
    ("POST", f"{RUN}/words", Action.REVISE_CONSULTATION),
    ("GET", f"{RUN}/look", Action.READ_QUEUE),
    ("GET", f"{RUN}/open", Action.READ_QUEUE),
    ("POST", f"{RUN}/open", Action.OPEN_CONSULTATION),
    ("GET", f"{RUN}/days", Action.READ_QUEUE),
    ("POST", f"{RUN}/pause", Action.PAUSE_CONSULTATION),
    ("POST", f"{RUN}/resume", Action.RESUME_CONSULTATION),
    ("POST", f"{RUN}/last-day", Action.MOVE_LAST_DAY),
    ("POST", f"{RUN}/close", Action.CLOSE_CONSULTATION),
    ("POST", f"{RUN}/reopen", Action.REOPEN_CONSULTATION),
    ("POST", f"{RUN}/answer", Action.ANNOUNCE_ANSWER),
    ("GET", f"{RUN}/notice", Action.NOTIFY),
    ("POST", f"{RUN}/notice", Action.NOTIFY),
    ("GET", f"{RUN}/statements", Action.READ_QUEUE),
    ("POST", f"{RUN}/seeds", Action.ADD_SEED),
    ("GET", f"{RUN}/who", Action.READ_QUEUE),
    ("POST", f"{RUN}/who", Action.PUT_ATTESTATION),
    ("GET", f"{RUN}/unusual", Action.READ_QUEUE),
    ("GET", f"{RUN}/share", Action.READ_QUEUE),
    ("POST", f"{RUN}/invitations", Action.MAKE_INVITATION),
    ("POST", f"{RUN}/invitations/7/end", Action.END_INVITATION),
    ("GET", f"{RUN}/poster", Action.READ_QUEUE),
    ("POST", f"{RUN}/poster", Action.READ_QUEUE),
    ("GET", f"{HOURS}/moderation", Action.READ_QUEUE),
    ("GET", f"{HOURS}/moderation/all", Action.READ_QUEUE),
    ("GET", f"{RUN}/paper", Action.READ_QUEUE),
    ("POST", f"{RUN}/paper", Action.ENTER_SHEET),
    ("GET", f"{RUN}/paper/sheets", Action.READ_QUEUE),
    ("GET", f"{HOURS}/moderation/1", Action.READ_QUEUE),
    ("POST", f"{HOURS}/moderation/keys", Action.READ_QUEUE),
    ("POST", f"{HOURS}/moderation/question/keep", Action.KEEP_QUESTION),
    ("POST", f"{HOURS}/moderation/1/publish", Action.PUBLISH_STATEMENT),
    ("POST", f"{HOURS}/moderation/1/hide", Action.PUBLISH_STATEMENT),
    ("POST", f"{HOURS}/moderation/1/keep", Action.KEEP_STATEMENT),
    ("POST", f"{HOURS}/moderation/1/remove", Action.REMOVE_STATEMENT),
    ("POST", f"{HOURS}/moderation/1/undo", Action.UNDO_MODERATION),
]


@pytest.mark.parametrize("who", ["visitor", "stranger", "cai", "gus"])
async def test_nobody_else_comes_in_and_each_is_told_the_clause(app: Quart, cast: Any, who: str) -> None:
    """A visitor without a cookie, one with, an account without a role, a facilitator of another space."""
    await make(cast.flo)
    before = await acts(app)
    somebody = Person(app) if who == "visitor" else getattr(cast, who)
    clause = load_policy("open-health-space").clause("facilitator").text
    for method, path, _action in ROUTES:
        if method == "GET":
            page = await somebody.get(path)
        elif who == "visitor":
            continue  # without a cookie no form is taken at all
        else:
            fields = {**WORDS, "seeds": SEEDS, "reason": "abusive", "token": token_of(somebody)}
            page = await somebody.post(path, fields)
        assert page.status == 403, path
        assert clause in page.text, path
        assert "The operator gives out their sign-in links." in page.text
    assert await acts(app) == before


async def test_the_routes_above_are_all_there_are_and_each_names_its_action(app: Quart) -> None:
    known = {
        (
            method,
            path.replace("avonmere", "<space>")
            .replace("opening-hours", "<consultation>")
            .replace("improve-service", "<kind>")
            .replace("/7/", "/<int:invitation>/")
            .replace("/1", "/<int:statement>"),
            action,
        )
        for method, path, action in ROUTES
    }
    found = {
        (method, rule.rule, app.view_functions[rule.endpoint].permits)  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/spaces/")
        and ("facilitate" in rule.rule or "moderation" in rule.rule)
        # Advisers come to spaces with sides alone: tests/participate/test_joining.py.
        and "/advisers" not in rule.rule
    }
    assert found == known


async def test_a_statement_that_is_not_there_is_not_found(cast: Any) -> None:
    await make(cast.flo)
    page = await cast.flo.get(f"{HOURS}/moderation/99")
    assert page.status == 404
    assert "There is no statement 99" in page.text


async def test_the_way_in_is_shown_to_those_who_may(cast: Any) -> None:
    for somebody in (cast.stranger, cast.cai, cast.gus):
        assert "Facilitate this space" not in (await somebody.get("/spaces/avonmere")).text
    assert "Facilitate this space" in (await cast.flo.get("/spaces/avonmere")).text


async def test_a_signed_out_visitor_learns_who_gives_out_links(cast: Any) -> None:
    page = await cast.stranger.get("/facilitate")
    assert page.status == 403
    assert "The operator gives out their sign-in links." in page.text


async def test_a_facilitator_sees_no_tally(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    for path in ("/facilitate", "/moderation", "/moderation/all", "/moderation/1"):
        words = (await cast.flo.get(HOURS + path)).text.lower()
        assert "disagree" not in words.replace("nothing to agree or disagree with", "")


def test_the_guide_names_every_rule_and_limit() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "facilitate.md").read_text(encoding="utf-8")
    for reason, words in REASONS.items():
        assert f"| {words} | `{reason.value}` |" in guide
    assert f"At most {MOST} at once, each of 1 to {LONGEST} characters" in guide
    assert f"{LINK_LIFE.seconds // 60} minutes" in guide
    assert f"{IDLE.days} days without a visit, and for {ABSOLUTE.days} days at most" in guide
