"""Decisions of both sides on pages: the panel everywhere, signing, declining, moved texts, asking."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from quart import Quart

from charters.agreements import State
from charters.states import Role, Stage, Standing
from deliberation.publishing.acts import Entry
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import Decision
from deliberation.spaces.opening import revise_consultation
from deliberation.spaces.putting_charters import put_amendment
from deliberation.spaces.putting_consultations import put_last_day, put_opening
from participate.erasures import read
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.spaces.test_deciding import FRAMED, REASON, amended, as_kept, framed
from tests.framing import PROMISE
from tests.participate.conftest import LinkFor
from tests.participate.consulting import NEW, third_screen
from tests.people import Clock, Page, Person

HERE = "/spaces/avonmere"
ALL = f"{HERE}/decisions"
As = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def sided(app: Quart, clock: Clock) -> Cast:
    clock.time = NOON
    cast = await two_sides(app.extensions["database"])
    cast.master = app.extensions["settings"].pseudonym_master
    return cast


@pytest.fixture
def signed_in(app: Quart, link_for: LinkFor) -> As:
    """Somebody of the cast with a browser, signed in."""

    async def enter(name: str) -> Person:
        person = Person(app)
        page = await person.get(await link_for(f"{name}@example.org"))
        await person.send(page.forms()[0], follow=False)
        return person

    return enter


@pytest.fixture
async def opening(sided: Cast) -> tuple[Consultation, Decision]:
    """Both sides are asked to open a consultation."""
    consultation = await framed(sided)
    return consultation, await sided.do("flo", put_opening, consultation.id, promise=PROMISE, now=NOON)


async def say(person: Person, page: Page, decision: Decision, answer: str, **fields: str) -> Page:
    form = page.form(f"/decisions/{decision.id}")
    return await person.post(form.action, {**form.fields, "answer": answer, **fields})


@pytest.mark.parametrize("path", [HERE, ALL, f"{ALL}/2", f"{HERE}/evenings"])
async def test_anybody_sees_what_is_decided_which_key_is_turned_and_why_they_have_none(
    person: Person, sided: Cast, opening: tuple[Consultation, Decision], path: str
) -> None:
    _, decision = opening
    await sided.says("maryam", decision, now=NOON)
    page = await person.get(path)
    assert page.status == 200
    assert "Open a consultation" in page.text
    assert "Signed: Maryam" in page.text
    assert "A signature is needed." in page.text
    assert "You have no key here." in page.text
    assert f'href="{HERE}/charter#sides"' in page.html
    assert "Monday 16 November 2026" in page.text


async def test_two_people_open_a_consultation_each_with_one_press(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    consultation, decision = opening
    for name, state in (("maryam", State.OPEN), ("deepa", State.AGREED)):
        person = await signed_in(name)
        page = await say(person, await person.get(HERE), decision, "yes")
        assert "Your answer is kept." in page.text
        assert (await sided.kept(decision)).state is state
    assert (await as_kept(sided, consultation)).stage is Stage.VOTING


async def test_declining_asks_for_a_reason_and_keeps_what_was_typed(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    _, decision = opening
    ann = await signed_in("ann")
    start, field = await ann.get(f"{ALL}/{decision.id}"), f"reason-{decision.id}"
    page = await say(ann, start, decision, "no", **{field: "Too soon"})
    assert page.status == 422
    assert "Say why in a sentence" in page.text
    assert "Too soon" in page.form(f"/decisions/{decision.id}").fields[field]
    page = await say(ann, page, decision, "no", **{field: "Half of us are away in that month."})
    assert "Half of us are away in that month." in page.text
    assert "You have declined this." in page.text
    assert (await sided.kept(decision)).state is State.OPEN


async def test_a_text_that_moved_while_it_was_read_is_not_signed(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    consultation, decision = opening
    ann = await signed_in("ann")
    start, field = await ann.get(f"{ALL}/{decision.id}"), f"reason-{decision.id}"
    other = FRAMED.model_copy(update={"question": "When should it not be open?"})
    days: dict[str, Any] = {"opens_at": None, "closes_at": NOON + 60 * DAY, "answer_by": NOON + 90 * DAY}
    await sided.do("flo", revise_consultation, consultation.id, other, **days, now=NOON)
    page = await say(ann, start, decision, "no", **{field: "What I had typed by then."})
    assert page.status == 409
    assert "The text changed while you read it." in page.text
    assert "removed: When should it be open? added: When should it not be open?" in page.text
    assert "What I had typed by then." in page.form(f"/decisions/{decision.id}").fields[field]
    page = await say(ann, page, decision, "yes")
    assert "You have signed this." in page.text


async def test_who_signed_a_text_that_moved_is_asked_again(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision], clock: Clock
) -> None:
    consultation, decision = opening
    await sided.says("ann", decision, now=NOON)
    other = FRAMED.model_copy(update={"question": "When should it not be open?"})
    days: dict[str, Any] = {"opens_at": None, "closes_at": NOON + 60 * DAY, "answer_by": NOON + 90 * DAY}
    clock.pass_(hours=1)
    await sided.do("flo", revise_consultation, consultation.id, other, **days, now=clock())
    person = await signed_in("ann")
    page = await person.get(ALL)
    assert "The text has changed since you answered." in page.text
    assert "Signed: Ann" not in page.text


async def test_a_secret_vote_shows_no_name_and_no_share_before_enough_have_voted(
    sided: Cast, person: Person, signed_in: As
) -> None:
    decision = await sided.do("ann", put_amendment, sided.space, amended(), reason=REASON, now=NOON)
    ann, sam = await signed_in("ann"), await signed_in("sam")
    page = await say(ann, await ann.get(f"{HERE}/charter"), decision, "yes")
    assert "You have voted yes." in page.text
    await say(sam, await sam.get(ALL), decision, "no", **{f"reason-{decision.id}": "We cannot do that yet."})
    page = await person.get(f"{ALL}/{decision.id}")
    assert "Secret until the end" in page.text
    assert "Ann" not in page.text
    assert "in 10 say yes" not in page.text
    assert "Avonmere Board says no." in page.text
    assert "We cannot do that yet." in page.text


async def many_members(cast: Cast, count: int) -> None:
    for number in range(count):
        await cast.join(f"member{number}", Role.MEMBER, named=False)


async def test_the_panel_tells_about_how_many_members_were_checked_how_and_nothing_of_few(
    sided: Cast, person: Person, opening: tuple[Consultation, Decision], clock: Clock
) -> None:
    _, decision = opening
    path = f"{ALL}/{decision.id}"
    assert "checked:" not in (await person.get(path)).text  # of the few in the cast nothing is told
    await many_members(sided, 22)
    page = await person.get(path)
    assert page.text.count("E-mail address checked: about 30 members.") == 1
    clock.time = decision.closes_at
    await sided.tick(decision, clock())
    assert "checked:" not in (await person.get(path)).text


async def test_what_ended_stands_below_with_how_it_ended(
    sided: Cast, person: Person, opening: tuple[Consultation, Decision], clock: Clock
) -> None:
    _, decision = opening
    clock.time = decision.closes_at
    assert "Lapsed" in (await person.get(f"{ALL}/{decision.id}")).text
    await sided.tick(decision, clock())
    page = await person.get(ALL)
    assert "Nothing waits for both sides now." in page.text
    assert "Lapsed" in page.text


async def test_a_facilitator_asks_both_sides_where_there_are_sides(
    sided: Cast, signed_in: As, person: Person
) -> None:
    consultation = await framed(sided)
    flo = await signed_in("flo")
    run = f"{HERE}/{consultation.slug}/facilitate"
    assert "It waits for you to ask both sides." in (await flo.get(run)).text
    assert "It says “not open yet” until both keys are turned." in (await flo.get(f"{run}/share")).text
    form = (await flo.get(f"{run}/open")).form("/open")
    page = await flo.send(form, formative="yes", reasons=PROMISE.departures["reasons"])  # type: ignore[index]
    assert "Both sides are asked now." in page.text
    assert (await as_kept(sided, consultation)).stage is Stage.FRAMING
    assert "Both sides are asked." in (await flo.get(f"{run}/open")).text
    public = await person.get(f"{HERE}/{consultation.slug}")
    assert "It opens when both sides have agreed to it." in public.text
    assert "Not turned yet" in public.text


async def test_the_screens_of_a_new_consultation_say_that_both_keys_open_it(
    sided: Cast, signed_in: As
) -> None:
    flo = await signed_in("flo")
    assert "Empty: when both keys are turned." in (await flo.get(NEW)).text
    last = (await third_screen(flo, closes="2027-03-29", answer="2027-05-24")).text
    assert "From when both keys are turned to" in last
    assert "Nobody can vote until both keys are turned." in last
    assert "you open it" not in last


async def test_the_last_day_and_an_early_close_are_asked_for_too(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    consultation, decision = opening
    for name in ("maryam", "deepa"):
        await sided.says(name, decision, now=NOON)
    flo = await signed_in("flo")
    days = f"{HERE}/{consultation.slug}/facilitate/days"
    page = await flo.get(days)
    page = await flo.send(page.form("/last-day"), closes="2027-01-15", move_reason=REASON)
    assert "Both sides are asked now." in page.text
    page = await flo.send((await flo.get(days)).form("/close"), close_reason="Short")
    assert page.status == 422
    page = await flo.send(page.form("/close"), close_reason="Everybody has said what they wanted to.")
    assert "Both sides are asked now." in page.text
    page = await flo.get(days)
    assert "Move the last day of voting" in page.text
    assert "End voting early" in page.text
    assert (await as_kept(sided, consultation)).closes_at == consultation.closes_at


async def test_members_ask_for_the_ratification_when_they_are_enough(
    app: Quart, clock: Clock, signed_in: As
) -> None:
    clock.time = NOON
    await two_sides(app.extensions["database"], Standing.PROVISIONAL)
    ann = await signed_in("ann")
    page = await ann.send((await ann.get(ALL)).form("/ratify"))
    assert "Both sides are asked now." in page.text
    assert "Ratify the charter" in page.text
    assert "Vote yes" in page.text


async def test_a_trial_space_has_no_decisions(person: Person, voting: object) -> None:
    page = await person.get(ALL)
    assert "Nothing waits for both sides now." in page.text
    assert ALL not in (await person.get(HERE)).html
    for number in (7, 10**30):
        assert (await person.get(f"{ALL}/{number}")).status == 404


async def test_a_member_proposes_a_facilitator_and_what_was_typed_stays(
    sided: Cast, signed_in: As, person: Person
) -> None:
    ann = await signed_in("ann")
    ask = f"{ALL}/facilitator"
    assert ask in (await ann.get(ALL)).html
    given = {"name": "Gwen Parry", "address": "gwen@example.org", "until": "", "reason": REASON}
    page = await ann.send((await ann.get(ask)).forms()[-1], **given)
    assert page.status == 422
    assert "Say until when." in page.text
    assert page.forms()[-1].fields["name"] == "Gwen Parry"
    page = await ann.send(page.forms()[-1], **{**given, "until": "2029-01-01"})
    assert "That is longer than the charter allows." in page.text
    page = await ann.send(page.forms()[-1], **{**given, "until": "2027-05-01"})
    assert "Appoint a facilitator" in page.text
    assert "Gwen Parry" in page.text
    assert "gwen@example.org" not in page.text
    assert (await person.get(ask)).status == 403


async def test_a_member_without_a_public_name_signs_without_one(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision], person: Person
) -> None:
    _, decision = opening
    await sided.join("kit", Role.MEMBER, named=False)
    kit = await signed_in("kit")
    await say(kit, await kit.get(HERE), decision, "yes")
    assert "Signed by a member." in (await person.get(ALL)).text


async def test_who_facilitates_reads_that_both_sides_are_asked_and_appoint(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    flo, link = await signed_in("flo"), f"{ALL}/{opening[1].id}"
    run = await flo.get(f"{HERE}/evenings/facilitate")
    assert "Next: both sides decide" in run.text
    assert link in run.html
    for old in ("It waits for you", "Check and open"):
        assert old not in run.text
    page = await flo.get(f"{HERE}/facilitate")
    assert "Both sides are asked to open it, until" in page.text
    assert link in page.html
    assert "Both sides appoint facilitators." in page.text
    assert "hand-over" not in page.html


async def test_ones_own_data_names_the_side_and_leads_to_what_is_undecided(
    app: Quart, sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    maryam = await signed_in("maryam")
    page = await maryam.get("/me")
    assert f'href="{ALL}">1 decision is open without your answer' in page.html
    assert "Member of the people’s side: GP care in Avonmere" in page.text
    await say(maryam, await maryam.get(ALL), opening[1], "yes")
    page = await maryam.get("/me")
    assert "without your answer" not in page.text
    assert "1 decision is open without your answer" in (await (await signed_in("deepa")).get("/me")).text
    await sided.join("kit", Role.MEMBER, since=NOON)
    kit = await signed_in("kit")
    assert "without your answer" not in (await kit.get("/me")).text  # who came later has no key
    assert 'href="/me/erase?space=avonmere">Delete my part here' in (await kit.get("/me")).html
    page = await kit.send((await kit.get("/me/erase?space=avonmere")).form("/me/erase"))
    assert "Nothing. You have not voted" in page.text
    assert "Member of the people’s side" not in page.text
    assert len(read(app.extensions["settings"]).erasures) == 1  # a backup would bring it back


async def test_a_decision_is_told_from_others_of_its_kind(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    deepa = await signed_in("deepa")
    waits = (await deepa.get(f"{HERE}/waiting")).html
    assert 'Open a consultation: <span lang="en">Evenings</span></a>' in waits
    await sided.tick(opening[1], opening[1].closes_at)
    page = (await deepa.get(ALL)).html
    assert 'Open a consultation: <span lang="en">Evenings</span></a>' in page
    assert re.search(r"Sign the founding charter: Version \d+</a>", page)


async def test_who_facilitates_reads_that_their_role_has_no_key(
    sided: Cast, signed_in: As, opening: tuple[Consultation, Decision]
) -> None:
    page = await (await signed_in("flo")).get(f"{ALL}/{opening[1].id}")
    assert "Whoever runs, advises or hosts this space has no key while they do so." in page.text
    assert "Join a side first" not in page.text


async def test_no_second_change_of_the_charter_is_offered_while_one_is_decided(
    sided: Cast, signed_in: As
) -> None:
    ann = await signed_in("ann")
    assert "Propose a change" in (await ann.get(f"{HERE}/charter")).text
    await sided.do("ann", put_amendment, sided.space, amended(), reason=REASON, now=NOON)
    page = await ann.get(f"{HERE}/charter")
    assert "Propose" not in page.text
    assert "A change is being decided. Another can be proposed after that." in page.text


async def test_the_record_says_what_both_sides_did_in_the_language_of_the_page(
    sided: Cast, opening: tuple[Consultation, Decision], person: Person
) -> None:
    assert "Open a consultation." in (await person.get(f"{HERE}/record")).text
    record = await person.get(f"{HERE}/record?lang=cy")
    assert "Agor ymgynghoriad." in record.text
    assert "Open a consultation." not in record.text
    consultation, decision = opening
    for name in ("maryam", "deepa"):
        await sided.says(name, decision, now=NOON)
    until = datetime(2027, 1, 15, 23, 59, 59, tzinfo=UTC)
    moving = await sided.do(
        "flo", put_last_day, consultation.id, closes_at=until, reason="The post was late.", now=NOON
    )
    for name in ("maryam", "deepa"):
        await sided.says(name, moving, now=NOON)
    record = await person.get(f"{HERE}/record?lang=cy")
    assert "Y diwrnod olaf newydd: dydd Gwener 15 Ionawr 2027." in record.text
    assert '<p class="act-plain">The post was late.</p>' in record.html


def test_an_appointment_is_by_both_sides_where_they_made_it() -> None:
    given: Any = {"id": 1, "kind": Did.FACILITATOR_APPOINTED, "role": Role.FACILITATOR, "reason": None}
    both = Entry(**given, words="Until 1 May 2027, by both sides.", at=NOON)
    assert (both.by, both.acted) == ("both sides", "both-sides")
    assert Entry(**given, words="By a facilitator.", at=NOON).by == "a facilitator"
