"""Decisions of both sides in the database: put, signed, declined, lapsed, moved, carried out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from charters.agreements import Kind, State
from charters.canonical import read
from charters.drafts import next_version
from charters.enforcement import Refused
from charters.policy import Policy, policy_of
from charters.reasons import Reason
from charters.states import Attestation, Role, Side, Stage, Standing
from deliberation.errors import EditConflict, Invalid
from deliberation.people.memberships import roles_in
from deliberation.publishing.record import Did, acts_of
from deliberation.spaces.answering import own_answer, take_answers_back
from deliberation.spaces.charters import policy_in_force, signed_versions
from deliberation.spaces.consultations import (
    Consultation,
    ConsultationText,
    consultation_with_id,
    create_consultation,
)
from deliberation.spaces.days import last_moment
from deliberation.spaces.decisions import Decision, answers_to, due_decisions
from deliberation.spaces.moving import asked_again, differences, replace_charter
from deliberation.spaces.opening import Promise, open_consultation, revise_consultation
from deliberation.spaces.putting_charters import put_amendment, put_founding_charter, put_ratification
from deliberation.spaces.putting_consultations import (
    put_attestation,
    put_early_close,
    put_last_day,
    put_opening,
)
from deliberation.spaces.putting_people import put_facilitator, put_hiding
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import CHARTER, DAY, NOON, avonmere
from tests.framing import BACKGROUND, PROMISE

HOUR = timedelta(hours=1)
REASON = "It was too short for people who work."
FRAMED = ConsultationText(title="Evenings", question="When should it be open?", background=BACKGROUND)


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await two_sides(database)


def amended(days: int = 21) -> Policy:
    changes = {"moderation": {"appeal_days": days}}
    return policy_of(next_version(read(CHARTER.file), begins=date(2026, 12, 20), changes=changes))


async def framed(cast: Cast, **otherwise: Any) -> Consultation:
    """A consultation that nobody has opened yet."""
    days = {"opens_at": None, "closes_at": NOON + 60 * DAY, "answer_by": NOON + 90 * DAY}
    made: Consultation = await cast.do(
        "flo", create_consultation, cast.space, FRAMED, now=NOON, **(days | otherwise)
    )
    return made


async def opening(cast: Cast) -> tuple[Consultation, Decision]:
    consultation = await framed(cast)
    return consultation, await cast.do("flo", put_opening, consultation.id, promise=PROMISE, now=NOON)


async def opened(cast: Cast) -> Consultation:
    """A consultation that both sides have opened."""
    consultation, decision = await opening(cast)
    await cast.says("maryam", decision, now=NOON + HOUR)
    await cast.says("deepa", decision, now=NOON + HOUR)
    return consultation


async def as_kept(cast: Cast, consultation: Consultation) -> Consultation:
    async with cast.database.reading() as session:
        assert consultation.id is not None
        return (await consultation_with_id(session, consultation.id))[1]


async def did(cast: Cast) -> list[str]:
    async with cast.database.reading() as session:
        assert cast.space.id is not None
        return [act.kind for act in await acts_of(session, cast.space.id)]


async def test_both_signatures_make_a_provisional_space(database: Database) -> None:
    cast = await two_sides(database, Standing.FOUNDING)
    decision = await cast.do("joe", put_founding_charter, cast.space, CHARTER, now=NOON)
    assert (decision.kind, decision.text) == (Kind.ADOPT_CHARTER, CHARTER.digest)
    await cast.says("joe", decision, now=NOON + HOUR)
    assert await cast.standing() is Standing.FOUNDING
    assert (await cast.kept(decision)).state is State.OPEN
    await cast.says("deepa", decision, now=NOON + 2 * HOUR)
    assert await cast.standing() is Standing.PROVISIONAL
    kept = await cast.kept(decision)
    assert (kept.state, kept.ended_at) == (State.AGREED, NOON + 2 * HOUR)
    assert kept.sums is not None
    assert (kept.sums[Side.PEOPLE].yes, kept.sums[Side.BODY].yes) == (1, 1)
    assert (await did(cast))[-2:] == [Did.DECISION_PUT, Did.DECISION_AGREED]


async def test_who_is_no_founder_can_neither_put_nor_sign_it(database: Database) -> None:
    cast = await two_sides(database, Standing.FOUNDING)
    with pytest.raises(Refused) as refused:
        await cast.do("ann", put_founding_charter, cast.space, CHARTER, now=NOON)
    assert refused.value.reason is Reason.NEEDS_FOUNDER
    decision = await cast.do("joe", put_founding_charter, cast.space, CHARTER, now=NOON)
    with pytest.raises(Refused) as refused:
        await cast.says("ann", decision, now=NOON + HOUR)
    assert refused.value.reason is Reason.NEEDS_FOUNDER


async def test_another_text_in_its_place_takes_the_signatures_with_it(database: Database) -> None:
    cast = await two_sides(database, Standing.FOUNDING)
    decision = await cast.do("joe", put_founding_charter, cast.space, CHARTER, now=NOON)
    await cast.says("joe", decision, now=NOON + HOUR)
    other = avonmere({"moderation": {"appeal_days": 21}})
    moved = await cast.do("maryam", replace_charter, cast.space, decision.id, other, now=NOON + 2 * HOUR)
    await cast.says("deepa", moved, now=NOON + 3 * HOUR)
    assert (await cast.kept(decision)).state is State.OPEN
    async with database.reading() as session:
        assert await asked_again(session, moved) == {"pseudonym of joe"}
        told = await differences(session, moved, CHARTER.digest)
    assert told is not None
    assert [(one.path, one.before, one.after) for one in told][-1] == ("moderation.appeal_days", 14, 21)
    await cast.says("joe", moved, now=NOON + 4 * HOUR)
    assert (await cast.kept(decision)).state is State.AGREED
    async with database.reading() as session:
        assert (await policy_in_force(session, cast.space, NOON + 5 * HOUR)).digest == other.digest


async def test_declining_needs_a_reason_and_ends_what_can_no_longer_be_signed(database: Database) -> None:
    cast = await two_sides(database, Standing.FOUNDING)
    decision = await cast.do("joe", put_founding_charter, cast.space, CHARTER, now=NOON)
    with pytest.raises(Invalid, match="Write the reason"):
        await cast.says("joe", decision, yes=False, reason=" ", now=NOON + HOUR)
    # Of two founders one has declined: no more than as many can sign.
    await cast.says("joe", decision, yes=False, now=NOON + HOUR)
    assert (await cast.kept(decision)).state is State.DECLINED
    assert await cast.standing() is Standing.FOUNDING


async def test_unsigned_it_lapses_at_the_end_of_a_day(database: Database) -> None:
    cast = await two_sides(database, Standing.FOUNDING)
    decision = await cast.do("joe", put_founding_charter, cast.space, CHARTER, now=NOON)
    assert decision.closes_at == last_moment(date(2026, 11, 30))
    await cast.says("joe", decision, now=NOON + HOUR)
    async with database.reading() as session:
        assert await due_decisions(session, decision.closes_at - HOUR) == []
        assert await due_decisions(session, decision.closes_at) == [(cast.space.id, decision.id)]
    assert (await cast.tick(decision, decision.closes_at)).state is State.LAPSED
    assert await cast.standing() is Standing.FOUNDING
    await cast.do("joe", put_founding_charter, cast.space, CHARTER, now=decision.closes_at + HOUR)


async def test_a_majority_on_each_side_ratifies_at_the_close(database: Database) -> None:
    cast = await two_sides(database, Standing.PROVISIONAL)
    decision = await cast.do("ann", put_ratification, cast.space, now=NOON)
    for name in ("ann", "joe", "maryam", "deepa"):
        await cast.says(name, decision, now=NOON + DAY)
    assert (await cast.kept(decision)).state is State.OPEN
    assert (await cast.tick(decision, decision.closes_at)).state is State.AGREED
    assert await cast.standing() is Standing.RATIFIED


async def test_it_ends_before_the_time_to_ratify_is_over(database: Database) -> None:
    cast = await two_sides(database, Standing.PROVISIONAL)
    due = NOON - 30 * DAY + 60 * DAY
    decision = await cast.do("ann", put_ratification, cast.space, now=NOON + DAY)
    assert decision.closes_at <= due
    with pytest.raises(Refused) as refused:
        await cast.do("ann", put_ratification, cast.space, now=NOON + 3 * DAY)
    assert refused.value.reason is Reason.RATIFICATION_OVER


async def test_one_side_alone_ratifies_nothing(database: Database) -> None:
    cast = await two_sides(database, Standing.PROVISIONAL)
    decision = await cast.do("ann", put_ratification, cast.space, now=NOON)
    for name in ("ann", "joe", "maryam"):
        await cast.says(name, decision, now=NOON + DAY)
    assert (await cast.tick(decision, decision.closes_at)).state is State.LAPSED
    assert await cast.standing() is Standing.PROVISIONAL


async def test_a_version_that_both_sides_agreed_to_is_in_force_from_its_day(cast: Cast) -> None:
    after = amended()
    decision = await cast.do("sam", put_amendment, cast.space, after, reason=REASON, now=NOON)
    for name in ("ann", "joe", "maryam", "sam"):
        await cast.says(name, decision, now=NOON + DAY)
    assert (await cast.tick(decision, decision.closes_at)).state is State.AGREED
    async with cast.database.reading() as session:
        assert cast.space.id is not None
        assert [one.charter.version for one in await signed_versions(session, cast.space.id)] == [1, 2]
        for day, held in ((19, CHARTER), (20, after)):
            moment = datetime(2026, 12, day, 12, tzinfo=UTC)
            assert (await policy_in_force(session, cast.space, moment)).digest == held.digest


async def test_what_cannot_follow_is_not_put(cast: Cast) -> None:
    with pytest.raises(Invalid):
        await cast.do("ann", put_amendment, cast.space, CHARTER, reason=REASON, now=NOON)


async def test_only_one_thing_at_a_time_is_asked_about_the_charter(cast: Cast) -> None:
    await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    with pytest.raises(EditConflict, match="already"):
        await cast.do("sam", put_amendment, cast.space, amended(28), reason=REASON, now=NOON + HOUR)


async def test_peoples_votes_are_secret_and_can_be_changed_a_bodys_is_public(cast: Cast) -> None:
    decision = await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    for name in ("ann", "joe", "maryam", "sam"):
        await cast.says(name, decision, now=NOON + DAY)
    await cast.says("ann", decision, yes=False, now=NOON + 2 * DAY)
    await cast.says("joe", decision, yes=False, now=NOON + 2 * DAY)
    async with cast.database.reading() as session:
        assert decision.id is not None
        given = {one.voter: one for one in await answers_to(session, decision.id)}
    assert len(given) == 4
    assert {one.name for one in given.values()} == {"", "Sam"}
    assert given["pseudonym of sam"].body == "ods:XX2"
    ended = await cast.tick(decision, decision.closes_at)
    assert (ended.state, ended.people_yes, ended.people_no) == (State.DECLINED, 1, 2)


async def test_what_is_kept_of_a_secret_vote_does_not_tell_when_somebody_joined(cast: Cast) -> None:
    await cast.join("lee", Role.MEMBER, since=NOON - 20 * DAY)
    decision = await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    for name in ("ann", "lee"):
        await cast.says(name, decision, now=NOON + DAY)
    async with cast.database.reading() as session:
        assert decision.id is not None
        given = await answers_to(session, decision.id)
    assert {one.counts_from for one in given} == {NOON + DAY - 7 * DAY}


async def test_a_tie_agrees_nothing(cast: Cast) -> None:
    decision = await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    for name in ("ann", "joe", "maryam"):
        await cast.says(name, decision, now=NOON + DAY)
    await cast.says("sam", decision, now=NOON + DAY)
    await cast.says("deepa", decision, yes=False, now=NOON + DAY)
    assert (await cast.tick(decision, decision.closes_at)).state is State.LAPSED


async def test_who_joined_after_it_opened_does_not(cast: Cast) -> None:
    consultation, decision = await opening(cast)
    await cast.join("new", Role.MEMBER, since=NOON + HOUR)
    with pytest.raises(Refused) as refused:
        await cast.says("new", decision, now=NOON + 10 * DAY)
    assert refused.value.reason is Reason.JOINED_AFTER
    assert consultation.stage is Stage.FRAMING


async def test_who_joined_a_short_time_ago_waits(cast: Cast) -> None:
    await cast.join("new", Role.MEMBER, since=NOON - DAY)
    _, decision = await opening(cast)
    with pytest.raises(Refused) as refused:
        await cast.says("new", decision, now=NOON + HOUR)
    assert refused.value.reason is Reason.KEY_TENURE
    await cast.says("new", decision, now=NOON + 6 * DAY)


@pytest.mark.parametrize(("name", "reason"), [("flo", Reason.NO_KEY_IN_ROLE), ("nobody", Reason.NEEDS_SIDE)])
async def test_who_is_on_no_side_does_not(cast: Cast, name: str, reason: Reason) -> None:
    _, decision = await opening(cast)
    with pytest.raises(Refused) as refused:
        await cast.says(name, decision, now=NOON + HOUR)
    assert refused.value.reason is reason


async def test_who_facilitates_has_none_while_they_do(cast: Cast) -> None:
    _, decision = await opening(cast)
    await cast.join("ann", Role.FACILITATOR, until=NOON + 300 * DAY)
    with pytest.raises(Refused) as refused:
        await cast.says("ann", decision, now=NOON + HOUR)
    assert refused.value.reason is Reason.NO_KEY_IN_ROLE


async def test_of_another_text_than_the_one_that_stands_no_signature_is_taken(cast: Cast) -> None:
    _, decision = await opening(cast)
    with pytest.raises(Refused) as refused:
        await cast.says("ann", decision, shown="0" * 64, now=NOON + HOUR)
    assert refused.value.reason is Reason.TEXT_MOVED


async def test_after_the_end_nobody_does(cast: Cast) -> None:
    _, decision = await opening(cast)
    with pytest.raises(Refused) as refused:
        await cast.says("ann", decision, now=decision.closes_at)
    assert refused.value.reason is Reason.DECISION_OVER


async def test_both_keys_open_it(cast: Cast) -> None:
    consultation = await opened(cast)
    kept = await as_kept(cast, consultation)
    assert (kept.stage, kept.opens_at) == (Stage.VOTING, NOON + HOUR)
    assert kept.nothing_decided


async def test_nobody_opens_it_alone(cast: Cast) -> None:
    consultation, decision = await opening(cast)
    with pytest.raises(Refused) as refused:
        await cast.do("flo", open_consultation, consultation.id, promise=PROMISE, now=NOON)
    assert refused.value.reason is Reason.NEEDS_BOTH_KEYS
    await cast.says("maryam", decision, now=NOON + HOUR)
    assert (await as_kept(cast, consultation)).stage is Stage.FRAMING


async def test_it_is_not_put_where_a_gate_of_fairness_holds_it(cast: Cast) -> None:
    consultation = await framed(cast)
    with pytest.raises(Refused) as refused:
        await cast.do("flo", put_opening, consultation.id, promise=Promise(), now=NOON)
    assert refused.value.reason is Reason.NOT_FAIR_YET


async def test_changed_words_take_the_signatures_with_them(cast: Cast) -> None:
    consultation, decision = await opening(cast)
    await cast.says("maryam", decision, now=NOON + HOUR)
    days = {"opens_at": None, "closes_at": consultation.closes_at, "answer_by": consultation.answer_by}
    other = FRAMED.model_copy(update={"question": "When should it not be open?"})
    await cast.do("flo", revise_consultation, consultation.id, other, **days, now=NOON + 2 * HOUR)
    moved = await cast.kept(decision)
    assert (moved.opened_at, moved.text != decision.text) == (NOON + 2 * HOUR, True)
    await cast.says("deepa", moved, now=NOON + 3 * HOUR)
    assert (await as_kept(cast, consultation)).stage is Stage.FRAMING
    async with cast.database.reading() as session:
        assert await asked_again(session, moved) == {"pseudonym of maryam"}
        told = await differences(session, moved, decision.text)
        assert told is not None
        assert [one.path for one in told] == ["question"]
        assert await differences(session, moved, "0" * 64) is None
    await cast.says("maryam", moved, now=NOON + 4 * HOUR)
    assert (await as_kept(cast, consultation)).stage is Stage.VOTING
    assert Did.DECISION_MOVED in await did(cast)


async def test_words_that_did_not_change_keep_the_signatures(cast: Cast) -> None:
    consultation, decision = await opening(cast)
    await cast.says("maryam", decision, now=NOON + HOUR)
    days = {"opens_at": None, "closes_at": consultation.closes_at, "answer_by": consultation.answer_by}
    await cast.do("flo", revise_consultation, consultation.id, FRAMED, **days, now=NOON + 2 * HOUR)
    await cast.says("deepa", decision, now=NOON + 3 * HOUR)
    assert (await cast.kept(decision)).state is State.AGREED


async def test_what_can_no_longer_be_opened_fairly_lapses_though_both_have_signed(cast: Cast) -> None:
    consultation = await framed(cast, closes_at=NOON + 22 * DAY)
    decision = await cast.do("flo", put_opening, consultation.id, promise=PROMISE, now=NOON)
    await cast.says("maryam", decision, now=NOON + HOUR)
    await cast.says("deepa", decision, now=NOON + 10 * DAY)
    kept = await cast.kept(decision)
    assert kept.state is State.LAPSED
    assert kept.sums is not None
    assert (await as_kept(cast, consultation)).stage is Stage.FRAMING


async def test_the_last_day_moves_with_both_keys(cast: Cast) -> None:
    consultation = await opened(cast)
    closes = last_moment(date(2027, 1, 15))
    asked = {"closes_at": closes, "reason": REASON, "now": NOON + DAY}
    decision = await cast.do("flo", put_last_day, consultation.id, **asked)
    await cast.says("joe", decision, now=NOON + 2 * DAY)
    assert (await as_kept(cast, consultation)).closes_at == consultation.closes_at
    await cast.says("sam", decision, now=NOON + 3 * DAY)
    assert (await as_kept(cast, consultation)).closes_at == closes


async def test_closing_early_needs_both_keys(cast: Cast) -> None:
    consultation = await opened(cast)
    asked = {"reason": REASON, "now": NOON + DAY}
    decision = await cast.do("flo", put_early_close, consultation.id, **asked)
    await cast.says("joe", decision, now=NOON + 2 * DAY)
    await cast.says("sam", decision, now=NOON + 3 * DAY)
    assert (await as_kept(cast, consultation)).stage is Stage.CLOSED


async def test_who_may_vote_changes_with_both_keys_before_the_first_vote(cast: Cast) -> None:
    consultation = await framed(cast)
    decision = await cast.do(
        "flo",
        put_attestation,
        consultation.id,
        attested=[Attestation.OPEN, Attestation.EMAIL],
        headline=[Attestation.EMAIL],
        reason=REASON,
        now=NOON,
    )
    await cast.says("joe", decision, now=NOON + HOUR)
    await cast.says("sam", decision, now=NOON + HOUR)
    kept = await as_kept(cast, consultation)
    assert (kept.attested, kept.headline) == (["email", "open"], ["email"])


async def test_both_sides_appoint_a_facilitator_until_a_day(cast: Cast) -> None:
    until = NOON + 100 * DAY
    asked = {"name": "Gwen", "until": until, "reason": REASON, "now": NOON}
    decision = await cast.do("ann", put_facilitator, cast.space, "gwen@example.org", **asked)
    assert "Gwen" not in f"{decision.subject}"
    gwen = await cast.join("gwen", Role.VISITOR)
    await cast.says("joe", decision, now=NOON + HOUR)
    await cast.says("sam", decision, now=NOON + HOUR)
    async with cast.database.reading() as session:
        assert cast.space.id is not None
        for moment, roles in ((NOON + DAY, {Role.FACILITATOR}), (until, set())):
            found = await roles_in(session, account_id=gwen, space_id=cast.space.id, now=moment)
            assert found - {Role.VISITOR} == roles


async def test_nobody_is_appointed_for_longer_than_the_charter_says(cast: Cast) -> None:
    asked = {"name": "Gwen", "reason": REASON, "now": NOON}
    for until, reason in ((None, Reason.NEEDS_END), (NOON + 400 * DAY, Reason.TOO_LONG)):
        with pytest.raises(Refused) as refused:
            await cast.do("ann", put_facilitator, cast.space, "gwen@example.org", until=until, **asked)
        assert refused.value.reason is reason


async def test_what_was_hidden_is_confirmed_within_its_hours(cast: Cast) -> None:
    consultation = await opened(cast)
    hidden = {"consultation_id": consultation.id, "ground": "Defamation Act 2013", "now": NOON + DAY}
    decision = await cast.do("flo", put_hiding, cast.space, CHARTER, None, **hidden)
    assert decision.closes_at == NOON + DAY + timedelta(hours=72)
    await cast.says("ann", decision, now=NOON + 2 * DAY)
    await cast.says("deepa", decision, now=NOON + 2 * DAY)
    assert (await cast.kept(decision)).state is State.AGREED


async def test_who_leaves_takes_their_answer_along_and_a_bodys_stays(cast: Cast) -> None:
    decision = await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    for name in ("ann", "sam"):
        await cast.says(name, decision, now=NOON + DAY)
        async with cast.database.transaction() as session:
            assert cast.space.id is not None
            await take_answers_back(session, cast.space.id, f"pseudonym of {name}")
    async with cast.database.reading() as session:
        assert decision.id is not None
        given = await answers_to(session, decision.id)
        assert await own_answer(session, decision.id, "pseudonym of sam") is None
    assert [(one.body, one.name) for one in given] == [("ods:XX2", "")]


@pytest.mark.parametrize("yes", [(True, True), (True, False), (False, True), (False, False)])
async def test_with_the_sides_changed_over_a_decision_ends_the_same(
    database: Database, yes: tuple[bool, bool]
) -> None:
    """Each side has two keys; whoever answers first, the other side's answers are worth the same."""
    cast = await two_sides(database)
    await cast.do("flo", put_opening, (await framed(cast)).id, promise=PROMISE, now=NOON)
    ends = []
    for number, sides in enumerate((("maryam", "deepa"), ("deepa", "maryam"))):
        asked = {"name": "Gwen", "until": NOON + 90 * DAY, "reason": REASON, "now": NOON}
        decision = await cast.do("ann", put_facilitator, cast.space, f"g{number}@example.org", **asked)
        for name, says in zip(sides, yes, strict=True):
            if (await cast.kept(decision)).state is State.OPEN:
                await cast.says(name, decision, says, now=NOON + HOUR)
        kept = await cast.tick(decision, decision.closes_at)
        ends.append((kept.state, (yes[0] and yes[1]) == (kept.state is State.AGREED)))
    assert {agrees for _, agrees in ends} == {True}
