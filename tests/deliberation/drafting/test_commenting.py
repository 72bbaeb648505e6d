"""Comments on a change of the charter: who may speak, on which text, replies, taking back, moderation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from charters.appeals import AppealState
from charters.enforcement import Reason, Refused
from charters.states import Role, StatementState
from deliberation.drafting.comment_appeals import (
    appeal_comment,
    decide_comment_appeal,
    settle_comment_appeals,
    waiting_comment_appeals,
)
from deliberation.drafting.comment_reports import (
    CommentReport,
    ReportingComment,
    latest_comment_report,
    report_comment,
)
from deliberation.drafting.commenting import (
    Saying,
    Speaker,
    revise_comment,
    stance_of,
    withdraw_comment,
    write_comment,
)
from deliberation.drafting.comments import Comment, CommentText, Discussion, Stance, comments_on
from deliberation.drafting.judging_comments import (
    comments_in_line,
    keep_comment,
    last_comment_acts,
    publish_comment,
    remove_comment,
    rule_of,
    undo_comment_act,
)
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.appealing import Deciding
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.reports import ReportReason, ReportText
from deliberation.opinion.sealed import erase_sealed
from deliberation.opinion.taking_part import Visitor
from deliberation.publishing.promptness import promptness
from deliberation.publishing.record import acts_of
from deliberation.spaces.activity import SideActivity
from deliberation.spaces.decisions import Decision
from deliberation.spaces.moving import replace_charter
from deliberation.spaces.putting_charters import put_amendment
from deliberation.spaces.putting_people import put_facilitator
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.chartering import break_chain
from tests.charters.avonmere import DAY, NOON
from tests.deliberation.spaces.test_deciding import REASON, amended

TEXT = CommentText(text="Three weeks is what somebody who is ill needs.", language="en")
HOUR = timedelta(hours=1)
Say = Callable[..., Awaitable[Comment]]


@pytest.fixture
async def sided(database: Database) -> Cast:
    cast = await two_sides(database)
    await cast.join("ada", Role.ADVISER)
    return cast


@pytest.fixture
async def change(sided: Cast) -> Decision:
    """Both sides are asked to change the charter."""
    found: Decision = await sided.do("maryam", put_amendment, sided.space, amended(), reason=REASON, now=NOON)
    return found


@pytest.fixture
def say(sided: Cast, change: Decision) -> Say:
    async def say(
        who: str,
        text: CommentText = TEXT,
        *,
        stance: Stance | None = Stance.FOR,
        parent: int | None = None,
        shown: str = "",
        about: Decision | None = None,
        now: datetime = NOON + HOUR,
    ) -> Comment:
        saying = _saying(sided, who, text, stance, parent, shown or change.text)
        decision = about or change
        made: Comment = await sided.do(who, write_comment, sided.space, decision.id, saying, now=now)
        return made

    return say


def _saying(
    cast: Cast, who: str, text: CommentText, stance: Stance | None, parent: int | None, shown: str
) -> Saying:
    speaker = Speaker(key=cast.voter(who), name=who.title())
    return Saying(speaker=speaker, text=text, stance=stance, parent=parent, shown=shown)


async def written(cast: Cast, decision: Decision) -> list[Comment]:
    async with cast.database.reading() as session:
        return await comments_on(session, decision.id or 0)


async def refused(doing: Awaitable[Any]) -> Reason:
    with pytest.raises(Refused) as refusal:
        await doing
    return refusal.value.reason


async def test_both_sides_and_advisers_speak_by_the_same_rules_in_the_order_of_time(
    sided: Cast, change: Decision, say: Say
) -> None:
    for hours, (who, stance) in enumerate(
        [("sam", Stance.AGAINST), ("ann", Stance.FOR), ("ada", Stance.NEUTRAL), ("deepa", Stance.QUESTION)], 1
    ):
        await say(who, stance=stance, now=NOON + hours * HOUR)
    found = await written(sided, change)
    assert [(one.name, one.role, one.body, one.stance) for one in found] == [
        ("Sam", Role.DELEGATE, "ods:XX2", Stance.AGAINST),
        ("Ann", Role.MEMBER, None, Stance.FOR),
        ("Ada", Role.ADVISER, None, Stance.NEUTRAL),
        ("Deepa", Role.DELEGATE, "ods:XX1", Stance.QUESTION),
    ]
    assert {one.text_hash for one in found} == {change.text}
    assert {one.state for one in found} == {StatementState.PUBLISHED}
    assert all(one.policy.endswith("/1") for one in found)


async def test_nobody_else_has_a_voice(sided: Cast, say: Say) -> None:
    for who in ("cai", "flo"):
        assert await refused(say(who)) is Reason.NEEDS_VOICE


async def test_only_what_is_decided_about_the_charter_is_discussed_and_only_until_its_end(
    sided: Cast, change: Decision, say: Say
) -> None:
    other = await sided.do(
        "maryam",
        put_facilitator,
        sided.space,
        "gus@example.org",
        name="Gus",
        until=NOON + 90 * DAY,
        reason=REASON,
        now=NOON,
    )
    assert await refused(say("ann", about=other, shown=other.text)) is Reason.NOT_DISCUSSED
    assert await refused(say("ann", now=change.closes_at)) is Reason.DECISION_OVER


async def test_a_space_that_sleeps_or_has_no_signatures_is_read_and_not_written_in(
    sided: Cast, change: Decision, say: Say
) -> None:
    async with sided.database.transaction() as session:
        await session.exec(update(SideActivity).values(day=(NOON - 200 * DAY).date()))
    assert await refused(say("ann")) is Reason.DORMANT


async def test_what_was_written_for_another_text_is_not_kept(sided: Cast, change: Decision, say: Say) -> None:
    first = await say("ann")
    await sided.do("maryam", replace_charter, sided.space, change.id, amended(30), now=NOON + 2 * HOUR)
    assert await refused(say("joe", shown=change.text, now=NOON + 3 * HOUR)) is Reason.TEXT_MOVED
    moved = await sided.kept(change)
    later = await say("joe", shown=moved.text, now=NOON + 3 * HOUR)
    assert (first.text_hash, later.text_hash) == (change.text, moved.text)
    assert change.text != moved.text


async def test_a_reply_stands_under_a_comment_and_takes_no_stance_and_no_reply(
    sided: Cast, change: Decision, say: Say
) -> None:
    above = await say("ann")
    reply = await say("deepa", parent=above.id, stance=Stance.FOR)
    assert (reply.parent_id, reply.stance) == (above.id, None)
    with pytest.raises(Invalid, match="no longer there"):
        await say("ann", parent=reply.id)
    with pytest.raises(NotFound):
        await say("ann", parent=999)


async def test_one_is_changed_or_taken_back_by_its_author_until_somebody_replies(
    sided: Cast, change: Decision, say: Say
) -> None:
    mine, kept = await say("ann"), await say("joe")
    other = CommentText(text="Four weeks would be better.", language="en")
    saying = _saying(sided, "ann", other, Stance.NEUTRAL, None, change.text)
    later = NOON + 2 * HOUR

    def revise(who: str, which: Comment) -> Awaitable[Any]:
        given = replace(saying, speaker=Speaker(key=sided.voter(who)))
        return sided.do(who, revise_comment, sided.space, which.id, given, now=later)

    assert await refused(revise("sam", mine)) is Reason.NOT_YOUR_COMMENT
    await revise("ann", mine)
    found = (await written(sided, change))[0]
    assert (found.text, found.stance, found.edited_at) == (other.text, Stance.NEUTRAL, later)
    await say("sam", parent=mine.id)
    assert await refused(revise("ann", mine)) is Reason.COMMENT_ANSWERED
    take = (sided.space, mine.id, sided.voter("ann"))
    assert await refused(sided.do("ann", withdraw_comment, *take, now=later)) is Reason.COMMENT_ANSWERED
    await sided.do("joe", withdraw_comment, sided.space, kept.id, sided.voter("joe"), now=later)
    gone = (await written(sided, change))[1]
    assert (gone.text, gone.removed_for, gone.state) == (HIDDEN, "withdrawn", StatementState.REMOVED)


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_of_a_reply_and_a_change_at_one_moment_one_comes_first(
    sided: Cast, change: Decision, say: Say
) -> None:
    mine = await say("ann")
    saying = _saying(
        sided, "ann", CommentText(text="Something else.", language="en"), Stance.FOR, None, change.text
    )
    both = await asyncio.gather(
        say("sam", parent=mine.id),
        sided.do("ann", revise_comment, sided.space, mine.id, saying, now=NOON + 2 * HOUR),
        return_exceptions=True,
    )
    changed = (await written(sided, change))[0].text != TEXT.text
    assert changed is not isinstance(both[1], Refused)
    assert not isinstance(both[0], Exception)


async def test_what_points_to_a_person_or_to_harm_waits_for_a_facilitator(
    sided: Cast, change: Decision, say: Say
) -> None:
    risky = CommentText(text="Ring me on 07700 900123 about it.", language="en")
    waits = await say("ann", risky)
    await say("joe", CommentText(text="I want to kill myself over this.", language="en"))
    assert waits.state is StatementState.PENDING
    async with sided.database.reading() as session:
        line = await comments_in_line(session, sided.space.id or 0)
    assert [one.danger for one in line] == [True, False]
    await sided.do("flo", publish_comment, sided.space, waits.id, now=NOON + 2 * HOUR)
    assert (await written(sided, change))[0].state is StatementState.PUBLISHED
    again = sided.do("flo", publish_comment, sided.space, waits.id, now=NOON + 2 * HOUR)
    assert await refused(again) is Reason.COMMENT_PUBLISHED
    assert await refused(sided.do("maryam", keep_comment, sided.space, waits.id, now=NOON)) is (
        Reason.NEEDS_FACILITATOR
    )


def visitor(name: str) -> Visitor:
    return Visitor(
        secret=name.encode(), master=b"a pseudonym key for tests, long enough", network="198.51.100.7"
    )


async def report(cast: Cast, comment: Comment, name: str, now: datetime) -> None:
    text = ReportText(ReportReason.ABUSIVE, "It attacks us.")
    given = ReportingComment(visitor=visitor(name), comment_id=comment.id or 0, text=text)
    await cast.do(name, report_comment, cast.space, given, now=now)


async def test_anybody_reports_one_and_a_facilitator_removes_it_by_a_rule_on_the_record(
    sided: Cast, change: Decision, say: Say
) -> None:
    comment = await say("sam")
    await report(sided, comment, "anybody", NOON + 2 * HOUR)
    await report(sided, comment, "anybody", NOON + 2 * HOUR)
    async with sided.database.reading() as session:
        (line,) = await comments_in_line(session, sided.space.id or 0)
        assert len(line.reports) == 1
        assert (await promptness(session, sided.space.id or 0, NOON + 30 * DAY)).overdue == 1
    await sided.do(
        "flo",
        remove_comment,
        sided.space,
        comment.id,
        reason=rule_of("abusive"),
        note="Speak of the text.",
        by="pseudonym of flo",
        now=NOON + 3 * HOUR,
    )
    found = (await written(sided, change))[0]
    assert (found.state, found.removed_for) == (StatementState.REMOVED, "abusive")
    async with sided.database.reading() as session:
        last = (await acts_of(session, sided.space.id or 0))[-1]
        assert (last.kind, last.reason, last.role) == ("comment-removed", "abusive", Role.FACILITATOR)
        who = visitor("anybody").pseudonym(sided.space.id or 0)
        mine = await latest_comment_report(session, comment.id or 0, who)
        assert mine is not None
        assert (mine.decision, mine.act_id) == ("removed", last.id)
        assert (await promptness(session, sided.space.id or 0, NOON + 30 * DAY)).cases == 1
    assert await refused(report(sided, comment, "another", NOON + 4 * HOUR)) is Reason.COMMENT_REMOVED
    with pytest.raises(Invalid, match="rule that the comment breaks"):
        rule_of("duplicate")
    with pytest.raises(Invalid, match="how you stand"):
        stance_of("loudly")


async def test_the_last_act_is_undone_for_an_hour_and_the_reports_are_open_again(
    sided: Cast, change: Decision, say: Say
) -> None:
    comment = await say("sam")
    await report(sided, comment, "anybody", NOON + 2 * HOUR)
    moment = NOON + 3 * HOUR
    act = await sided.do(
        "flo", remove_comment, sided.space, comment.id, reason=RemovalReason.OFF_TOPIC, by="f", now=moment
    )
    async with sided.database.reading() as session:
        assert [one.id for one, _ in await last_comment_acts(session, sided.space.id or 0, moment)] == [
            act.id
        ]
    undo = {"act_id": act.id, "now": moment + HOUR}
    assert await refused(sided.do("flo", undo_comment_act, sided.space, comment.id, **undo)) is (
        Reason.CANNOT_UNDO
    )
    undo["now"] = moment + HOUR / 2
    await sided.do("flo", undo_comment_act, sided.space, comment.id, **undo)
    found = (await written(sided, change))[0]
    assert (found.state, found.removed_for) == (StatementState.PUBLISHED, None)
    async with sided.database.reading() as session:
        (line,) = await comments_in_line(session, sided.space.id or 0)
        assert len(line.reports) == 1


async def removed(cast: Cast, comment: Comment, reason: RemovalReason = RemovalReason.ABUSIVE) -> None:
    await cast.do(
        "flo",
        remove_comment,
        cast.space,
        comment.id,
        reason=reason,
        note="A note.",
        by=cast.voter("flo"),
        now=NOON + 2 * HOUR,
    )


async def appealed(cast: Cast, comment: Comment, who: str = "sam") -> None:
    key = cast.voter(who)
    await cast.do(who, appeal_comment, cast.space, comment.id, "I named nobody.", key=key, now=NOON + DAY)


async def verdict(cast: Cast, comment: Comment, who: str, answer: str) -> AppealState:
    deciding = Deciding(decider=cast.voter(who), answer=answer, reason="I have read it twice.")
    moment = NOON + 2 * DAY
    state: AppealState = await cast.do(
        who, decide_comment_appeal, cast.space, comment.id, deciding, now=moment
    )
    return state


@pytest.mark.parametrize(
    ("answers", "reason", "ended"),
    [
        (("back", "back"), RemovalReason.ABUSIVE, AppealState.RESTORED),
        (("stands", "stands"), RemovalReason.ABUSIVE, AppealState.UPHELD),
        (("back", "stands"), RemovalReason.ABUSIVE, AppealState.RESTORED),
        (("back", "stands"), RemovalReason.UNLAWFUL, AppealState.SEALED),
    ],
)
async def test_one_from_each_side_decides_the_authors_appeal(
    sided: Cast,
    change: Decision,
    say: Say,
    answers: tuple[str, str],
    reason: RemovalReason,
    ended: AppealState,
) -> None:
    comment = await say("sam")
    await removed(sided, comment, reason)
    assert await refused(appealed(sided, comment, "ann")) is Reason.NOT_THE_AUTHOR
    await appealed(sided, comment)
    async with sided.database.reading() as session:
        (case,) = await waiting_comment_appeals(session, sided.space.id or 0)
        assert (case.author, case.role) == (sided.voter("sam"), Role.FACILITATOR)
    assert await refused(verdict(sided, comment, "sam", "back")) is Reason.OWN_CASE
    assert await verdict(sided, comment, "ann", answers[0]) is AppealState.OPEN
    assert await refused(verdict(sided, comment, "joe", "back")) is Reason.SIDE_ANSWERED
    assert await verdict(sided, comment, "deepa", answers[1]) is ended
    back = ended is AppealState.RESTORED
    assert ((await written(sided, change))[0].state is StatementState.PUBLISHED) is back
    async with sided.database.reading() as session:
        kinds = [act.kind for act in await acts_of(session, sided.space.id or 0)]
    assert kinds[-4:] == ["appeal-made", "appeal-answered", "appeal-answered", f"appeal-{ended}"]


async def test_where_the_charter_does_not_verify_an_appeal_on_a_comment_waits(
    sided: Cast, change: Decision, say: Say
) -> None:
    comment = await say("sam")
    await removed(sided, comment)
    await appealed(sided, comment)
    async with sided.database.transaction() as session:
        await break_chain(session)
        assert await settle_comment_appeals(session, NOON + 40 * DAY) == 0


async def test_the_silence_of_a_side_gives_it_back_and_a_sealed_text_is_erased_in_time(
    sided: Cast, change: Decision, say: Say
) -> None:
    silent, sealed = await say("sam"), await say("ann")
    await removed(sided, silent)
    await removed(sided, sealed)
    await report(sided, await say("deepa"), "anybody", NOON + 2 * HOUR)
    await appealed(sided, silent)
    async with sided.database.transaction() as session:
        assert await settle_comment_appeals(session, NOON + 2 * DAY) == 0
        assert await settle_comment_appeals(session, NOON + 40 * DAY) == 1
    async with sided.database.transaction() as session:
        assert await erase_sealed(session, NOON + 80 * DAY) == 0
        assert await erase_sealed(session, NOON + 91 * DAY) == 1
    texts = {one.id: (one.text, one.removed_note) for one in await written(sided, change)}
    assert texts[silent.id] == (TEXT.text, "")
    assert texts[sealed.id] == (HIDDEN, "")


async def test_a_space_has_one_discussion_about_a_decision_however_many_begin_it(
    sided: Cast, change: Decision, say: Say
) -> None:
    await asyncio.gather(*(say(who) for who in ("ann", "joe", "sam", "deepa")))
    async with sided.database.reading() as session:
        found = (await session.exec(select(Discussion))).all()
        reports = (await session.exec(select(CommentReport))).all()
    assert [(one.decision_id, one.space_id) for one in found] == [(change.id, sided.space.id)]
    assert reports == []


def test_blank_lines_are_joined_and_what_no_screen_shows_is_left_out() -> None:
    typed = "  One  thing.\r\n\r\n\r\n\u202eAnother\x07 one.  "
    assert CommentText(text=typed.replace("\r\n", "\n")).text == "One thing.\n\nAnother one."
