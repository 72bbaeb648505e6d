"""The discussion of a change of the charter: as a member sees it, what follows it, and what waits."""

from datetime import timedelta

from deliberation.drafting.comment_reports import ReportingComment, report_comment
from deliberation.drafting.commenting import Saying, Speaker, write_comment
from deliberation.drafting.comments import CommentText, Stance
from deliberation.drafting.judging_comments import remove_comment
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.reports import ReportReason, ReportText
from deliberation.opinion.taking_part import Visitor
from deliberation.spaces.moving import replace_charter
from deliberation.spaces.putting_charters import put_amendment
from tests.both_sides import Cast
from tests.browser.conftest import Served
from tests.browser.conftest import Visitor as Browser
from tests.browser.state import State, at, pressing
from tests.browser.states_of_decisions import FIRST, HERE, by, staged
from tests.charters.avonmere import NOON
from tests.deliberation.spaces.test_deciding import REASON, amended

HOUR = timedelta(hours=1)
SAID = (
    ("deepa", Stance.FOR, "We answer within a week as it is.\n\nA longer time costs us nothing.", 0),
    ("joe", Stance.QUESTION, "Does a removed text stay sealed for longer too?", 0),
    ("sam", None, "No. It is erased after the same number of days.", 2),
    ("ann", Stance.AGAINST, "Two weeks were enough for everybody so far.", 0),
)


async def discussed(cast: Cast) -> None:
    """Four have spoken; the second one's text is removed, and the text moved after the first."""
    change = await cast.do("ann", put_amendment, cast.space, amended(), reason=REASON, now=NOON)
    for number, (who, stance, words, parent) in enumerate(SAID):
        if number == 1:
            change = await cast.do(
                "ann", replace_charter, cast.space, change.id, amended(25), now=NOON + HOUR / 2
            )
        saying = Saying(
            speaker=Speaker(key=cast.voter(who), name=who.title()),
            text=CommentText(text=words),
            stance=stance,
            parent=parent or None,
            shown=change.text,
        )
        await cast.do(who, write_comment, cast.space, change.id, saying, now=NOON + HOUR)


async def removed(cast: Cast) -> None:
    await discussed(cast)
    asked = {"reason": RemovalReason.OFF_TOPIC, "note": "Speak of the text, please.", "by": "flo"}
    await cast.do("flo", remove_comment, cast.space, 4, **asked, now=NOON + HOUR)


async def reported(cast: Cast) -> None:
    await discussed(cast)
    who = Visitor(secret=b"somebody", master=b"a pseudonym key for tests, long enough", network="x")
    text = ReportText(ReportReason.ABUSIVE, "It mocks whoever is ill.")
    given = ReportingComment(visitor=who, comment_id=4, text=text)
    await cast.do("somebody", report_comment, cast.space, given, now=NOON + HOUR)


def _looked_over(visitor: Browser, served: Served) -> int:
    by("ann", FIRST)(visitor, served)
    visitor.page.check("#discussion > form input[value=for]")
    visitor.page.fill("#text", "Ring me on 07700 900123 about it.")
    return int(visitor.press("#discussion > form button"))


DECISION = "deciding/decision.html"
COMMENTING_STATES = [
    State(
        "discussion",
        DECISION,
        "It speaks of an earlier text",
        by("ann", FIRST),
        prepare=staged(discussed),
        empty=True,
    ),
    State(
        "discussion-no-stance",
        DECISION,
        "Choose how you stand to it",
        pressing(
            FIRST,
            "#discussion > form button",
            arrive=lambda path: by("ann", path),
            text="I am not sure yet.",
        ),
        status=422,
        prepare=staged(discussed),
        empty=True,
    ),
    State(
        "comment-looked-over",
        "commenting/check.html",
        "With it removed, your comment reads",
        _looked_over,
        prepare=staged(discussed),
        empty=True,
    ),
    State(
        "comment-own",
        "commenting/change.html",
        "until somebody replies",
        by("ann", f"{HERE}/comments/4/change"),
        prepare=staged(discussed),
        empty=True,
    ),
    State(
        "comment-report",
        "commenting/report.html",
        "then reply",
        at(f"{HERE}/comments/4/report"),
        prepare=staged(discussed),
        empty=True,
    ),
    State(
        "comment-own-removed",
        "commenting/appeal.html",
        "Ask both sides to look again",
        by("ann", f"{HERE}/comments/4/appeal"),
        prepare=staged(removed),
        empty=True,
    ),
    State(
        "comments-waiting",
        "commenting/queue.html",
        "It mocks whoever is ill",
        by("flo", f"{HERE}/comments"),
        prepare=staged(reported),
        empty=True,
    ),
]
