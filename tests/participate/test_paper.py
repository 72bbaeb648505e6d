"""Sheets of paper: entered by a facilitator as votes like any other, and found again by their own words."""

import re
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import func, select, update

from charters.states import Attestation, Stage
from deliberation.opinion.headline import people_of_headline
from deliberation.opinion.paper import SHEETS_A_DAY
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.people.recovery_codes import RecoveryCode, new_words
from deliberation.publishing.record import Act, Did
from deliberation.running.limits import Counter
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.paper_sheets import PaperDay, PaperMark, PaperSheet
from participate.worker import note_sheets
from tests.participate.conftest import Stored
from tests.participate.consulting import HOURS, RUN, held, make, open_it
from tests.participate.test_recovering import use, words_for
from tests.people import Clock, Page, Person

PAPER = f"{RUN}/paper"
KEPT = (Vote, Participant, RecoveryCode, PaperSheet, PaperMark, PaperDay, Counter)
WORDS = re.compile(r'<strong lang="en">([a-z]+(?: [a-z]+){5})</strong>')


async def printed(flo: Person, copies: int = 1) -> list[str]:
    """The words of new sheets."""
    page = await flo.get(f"{PAPER}/sheets?copies={copies}")
    assert page.status == 200, page.text
    return list(dict.fromkeys(WORDS.findall(page.html)))


async def enter(flo: Person, words: str, *answers: str, consent: str = "yes", **more: str) -> Page:
    """Fill the form in: the answers to statements 1, 2, ..."""
    given = {f"answer-{number}": answer for number, answer in enumerate(answers, 1)}
    form = (await flo.get(PAPER)).form("/paper")
    return await flo.send(form, words=words, consent=consent, **given, **more)


async def kept(stored: Stored) -> list[int]:
    return [await stored.count(table) for table in KEPT]


@pytest.fixture
async def flo(cast: Any) -> Person:
    """She facilitates a consultation that is open, with statements 1 to 3."""
    await make(cast.flo)
    await open_it(cast.flo)
    flo: Person = cast.flo
    return flo


async def test_a_sheet_is_one_person_and_its_answers_are_votes(
    flo: Person, app: Quart, stored: Stored, clock: Clock
) -> None:
    one, two = await printed(flo, 2)
    page = await enter(flo, one.upper().replace(" ", ", "), "agree", "", "pass")
    assert "The sheet is entered. Now the next." in page.text
    assert await stored.votes() == [(1, 1), (3, 0)]
    await enter(flo, two, "disagree")
    assert await kept(stored) == [3, 2, 2, 2, 2, 1, 1]
    async with app.extensions["database"].reading() as session:
        assert set(await session.exec(select(Participant.attestation))) == {"assisted"}
        votes = (await session.exec(select(Vote))).all()
        assert len({vote.policy for vote in votes}) == 1
        assert {vote.cast_at for vote in votes} == {clock()}
    assert "No figure is published yet" in (await flo.get(RUN)).text


async def test_a_sheet_counts_once_and_is_put_right_by_its_words(flo: Person, stored: Stored) -> None:
    (words,) = await printed(flo)
    early = await enter(flo, words, "agree", correct="yes")
    assert (early.status, "has not been entered yet" in early.text) == (422, True)
    await enter(flo, words, "agree", "agree")
    before = await kept(stored)
    again = await enter(flo, words, "disagree")
    assert again.status == 422
    assert "This sheet was entered already, and counts once." in again.text
    assert again.form("/paper").fields["answer-1"] == "disagree"
    assert again.form("/paper").fields["words"] == words
    assert (await stored.votes(), await kept(stored)) == ([(1, 1), (2, 1)], before)
    page = await enter(flo, words, "disagree", "", "pass", correct="yes")
    assert "The sheet is corrected." in page.text
    assert await stored.votes() == [(1, -1), (3, 0)]
    assert await kept(stored) == before


@pytest.mark.parametrize(
    ("answers", "more", "says"),
    [
        (["agree"], {"consent": ""}, "Enter a sheet only where the person has ticked"),
        (["", "", ""], {}, "A sheet that was left blank is not entered."),
        (["maybe"], {}, "A sheet that was left blank is not entered."),
        (["agree"], {"answer-99": "agree"}, "A statement was taken down meanwhile."),
    ],
)
async def test_a_sheet_that_cannot_be_taken_leaves_nothing_behind(
    flo: Person, stored: Stored, answers: list[str], more: dict[str, str], says: str
) -> None:
    (words,) = await printed(flo)
    page = await enter(flo, words, *answers, **more)
    assert page.status == 422
    assert says in page.text
    assert await kept(stored) == [0] * len(KEPT)
    await enter(flo, words, "agree")
    assert await stored.votes() == [(1, 1)]


async def test_only_words_that_were_printed_for_it_are_taken(flo: Person, app: Quart, stored: Stored) -> None:
    (words,) = await printed(flo)
    swapped = " ".join([*words.split()[1:5], words.split()[0], words.split()[5]])
    for given, says in (
        ("", "Type the six words"),
        ("acorn", "You typed 1 words."),
        ("<b>zzzz</b>", "is on no sheet"),
        (new_words(), "These words are on no sheet of this consultation."),
        (swapped, "These words are on no sheet of this consultation."),
    ):
        page = await enter(flo, given, "agree")
        assert page.status == 422
        assert says in page.text
    other = Person(app)
    await other.send((await other.get(HOURS)).form("/vote"), vote="agree")
    assert (await enter(flo, await words_for(other), "disagree")).status == 422
    assert [value for _, value in await stored.votes()] == [1]


async def test_the_words_bring_the_answers_to_a_device_and_nobody_else_changes_them_then(
    flo: Person, app: Quart, stored: Stored
) -> None:
    (words,) = await printed(flo)
    await enter(flo, words, "agree", "disagree")
    phone = Person(app)
    await use(phone, words, "move")
    mine = (await phone.get("/me")).text
    assert "Your votes: 2" in mine
    assert "Questions you answered on paper" in mine
    for correct in ("yes", ""):
        page = await enter(flo, words, "pass", correct=correct)
        assert page.status == 422
    assert "Nobody else can change them now." in (await enter(flo, words, "pass", correct="yes")).text
    assert sorted(await stored.votes()) == [(1, 1), (2, -1)]
    assert await stored.people() == 1


async def test_the_words_delete_the_answers_and_the_sheet_stays_used(
    flo: Person, app: Quart, stored: Stored
) -> None:
    (words,) = await printed(flo)
    await enter(flo, words, "agree")
    await use(Person(app), words, "erase")
    assert await kept(stored) == [0, 0, 0, 0, 1, 1, 1]
    assert (await enter(flo, words, "agree")).status == 422
    assert await stored.votes() == []


async def test_nothing_is_kept_of_who_entered_a_sheet(flo: Person, app: Quart) -> None:
    (words,) = await printed(flo)
    await enter(flo, words, "agree")
    columns = {
        column.name
        for table in (PaperSheet, PaperMark, PaperDay)
        for column in table.__table__.columns  # type: ignore[attr-defined]
    }
    assert columns == {"consultation_id", "key", "mark", "day", "sheets"}
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(func.count()).where(Act.kind == Did.SHEETS_ENTERED))).one() == 0
        (counted,) = await session.exec(select(Counter.subject).where(Counter.bucket == "sheets"))
    assert len(counted) == 64


async def test_the_record_says_about_how_many_on_a_day_and_never_what(
    flo: Person, app: Quart, clock: Clock
) -> None:
    for words in await printed(flo, 12):
        await enter(flo, words, "agree")
    clock.pass_(days=1)
    (words,) = await printed(flo)
    await enter(flo, words, "agree")
    for _ in range(2):
        await note_sheets(app.extensions["database"], clock())
    clock.pass_(days=1)
    await note_sheets(app.extensions["database"], clock())
    async with app.extensions["database"].reading() as session:
        acts = (await session.exec(select(Act).where(Act.kind == Did.SHEETS_ENTERED))).all()
    assert [act.words.split(": ")[1] for act in acts] == ["10 sheets or more.", "fewer than 10 sheets."]
    page = await flo.get("/spaces/avonmere/record")
    assert "Paper sheets entered" in page.text


async def test_a_helper_enters_so_many_a_day(
    flo: Person, stored: Stored, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deliberation.opinion.paper.SHEETS_A_DAY", 1)
    one, two = await printed(flo, 2)
    await enter(flo, one, "agree")
    page = await enter(flo, two, "agree")
    assert page.status == 422
    assert f"You have entered {SHEETS_A_DAY} sheets today" in page.text
    assert await stored.votes() == [(1, 1)]
    await enter(flo, one, "pass", correct="yes")
    assert await stored.votes() == [(1, 0)]
    clock.pass_(days=1)
    assert (await enter(flo, two, "agree")).status == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"attested": ["open"], "headline": ["open"]}, "Sheets of paper do not count in this consultation"),
        ({"stage": Stage.CLOSED}, ""),
        ({"stage": Stage.FRAMING}, ""),
        ({"paused_at": timedelta(), "paused_until": timedelta(hours=1)}, ""),
    ],
)
async def test_no_sheet_is_entered_where_it_may_not_vote(
    flo: Person, stored: Stored, clock: Clock, change: dict[str, Any], says: str
) -> None:
    (words,) = await printed(flo)
    form = (await flo.get(PAPER)).form("/paper")
    values = {name: clock() + one if isinstance(one, timedelta) else one for name, one in change.items()}
    await stored.change(Consultation, **values)
    page = await flo.send(form, **{"words": words, "consent": "yes", "answer-1": "agree"})
    assert page.status == 403
    assert says in page.text
    assert not [one for one in (await flo.get(PAPER)).forms() if one.action.endswith("/paper")], change
    assert await kept(stored) == [0] * len(KEPT)


async def test_who_was_helped_counts_where_helped_people_count(
    flo: Person, app: Quart, stored: Stored
) -> None:
    await stored.change(Consultation, attested=None, headline=["invited", "assisted"])
    (words,) = await printed(flo)
    await enter(flo, words, "agree")
    other, phone = Person(app), Person(app)
    for somebody in (other, phone):
        await somebody.send((await somebody.get(HOURS)).form("/vote"), vote="agree")
    consultation = await held(app)
    async with app.extensions["database"].reading() as session:
        helped = select(Participant.id).where(Participant.attestation == Attestation.ASSISTED.value)
        assert await people_of_headline(session, consultation) == {(await session.exec(helped)).one()}
    async with app.extensions["database"].transaction() as session:
        # Of them something else was checked before: that they were helped here holds as well.
        known = update(Participant).where(Participant.attestation == "open").values(attestation="email")  # type: ignore[arg-type]
        await session.exec(known)
    await use(phone, words, "move")
    async with app.extensions["database"].reading() as session:
        assert len(await people_of_headline(session, consultation) or ()) == 1


async def test_sheets_are_printed_by_facilitators_with_the_charters_notice(
    flo: Person, cast: Any, app: Quart, stored: Stored
) -> None:
    await stored.change(Statement, text="Open <b>late</b>.")
    page = await flo.get(f"{PAPER}/sheets?copies=2")
    assert page.html.count('class="poster sheet"') == 2
    assert len(set(WORDS.findall(page.html))) == 2
    assert "<b>late" not in page.html
    assert "What becomes public:" in page.text
    assert "Agree Disagree Pass" in page.text
    assert "Rhwygwch" in (await flo.get(f"{PAPER}/sheets?lang=cy")).text
    for wrong in ("0", "41", "many", "%C2%B2"):
        page = await flo.get(f"{PAPER}/sheets?copies={wrong}")
        assert page.status == 422
        assert "Write a whole number from 1 to 40." in page.text
    for somebody in (cast.stranger, cast.cai, cast.gus):
        assert (await somebody.get(f"{PAPER}/sheets")).status == 403
        assert (await somebody.post(PAPER, {})).status in (400, 403)
