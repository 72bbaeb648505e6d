"""Two pseudonyms become one: a comment follows its author, and of two open reports one is enough."""

from datetime import timedelta

from sqlmodel import select

from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.comments import Comment
from deliberation.own_data.merging import merge
from deliberation.people.participants import Participant, participant_if_any
from deliberation.spaces.decisions import Decision
from tests.both_sides import Cast
from tests.charters.avonmere import NOON
from tests.deliberation.drafting.test_commenting import Say, change, say, sided  # noqa: F401  fixtures


async def test_comments_and_reports_follow_their_author(
    sided: Cast,  # noqa: F811
    change: Decision,  # noqa: F811
    say: Say,  # noqa: F811
) -> None:
    comment = await say("ann")
    there = sided.space.id or 0
    async with sided.database.transaction() as session:
        session.add(Participant(space_id=there, key="other", attestation="email", joined_at=NOON))
        for by in (sided.voter("ann"), "other"):
            due = NOON + timedelta(days=2)
            session.add(CommentReport(comment_id=comment.id or 0, by=by, made_at=NOON, due_at=due))
    async with sided.database.transaction() as session:
        assert await merge(session, there, sided.voter("ann"), "other") == 1
    async with sided.database.reading() as session:
        left = await participant_if_any(session, there, "other")
        assert left is not None
        assert (await session.exec(select(Comment.author_id))).one() == left.id
        assert (await session.exec(select(CommentReport.by))).all() == ["other"]
