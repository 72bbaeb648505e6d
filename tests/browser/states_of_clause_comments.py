"""What is said about a clause: comments, a reply, one settled, one of an earlier text; none; faults."""

from datetime import timedelta

from deliberation.drafting.clause_comments import comment_on_clause, resolve_comment
from deliberation.drafting.clauses import words_hash
from deliberation.drafting.commenting import Saying
from deliberation.drafting.comments import CommentText, Stance
from deliberation.drafting.writing import revise_clause
from tests.both_sides import Cast
from tests.browser.conftest import Served
from tests.browser.conftest import Visitor as Browser
from tests.browser.state import State, at, pressing
from tests.browser.states_of_clauses import NEWER, revised
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import CLAUSES, LIST, written
from tests.browser.states_of_suggesting import speaker
from tests.charters.avonmere import NOON

TALK = "drafting/talk.html"
HERE = f"{LIST}/1/clauses/1/comments"
OLD = words_hash(CLAUSES[0].heading, CLAUSES[0].text, CLAUSES[0].language)
SOON = NOON + timedelta(minutes=1)
SAID = (
    ("ann", Stance.QUESTION, "Who writes the plan, and when?", None),
    ("deepa", None, "The ward does, on the day before.", 0),
    ("joe", Stance.FOR, "It should be there before the transport is.\n\nMine came a week later.", None),
)


async def spoken(cast: Cast) -> None:
    """Three have spoken before Deepa changed the clause; the first comment is settled."""
    await written(cast)
    made: list[int] = []
    for who, stance, text, parent in SAID:
        saying = Saying(
            speaker=speaker(cast, who),
            text=CommentText(text=text),
            stance=stance,
            parent=made[parent] if parent is not None else None,
            shown=OLD,
        )
        one = await cast.do(who, comment_on_clause, cast.space, 1, 1, saying, now=SOON)
        made.append(one.id)
    note = {"note": "Clause 2 says it now.", "key": cast.voter("maryam")}
    await cast.do("maryam", resolve_comment, cast.space, made[0], **note, now=SOON)
    more = {"shown": OLD, "speaker": speaker(cast, "deepa")}
    await cast.do("deepa", revise_clause, cast.space, 1, 1, NEWER, **more, now=SOON)


def _settling(visitor: Browser, served: Served) -> int:
    by("maryam", HERE)(visitor, served)
    visitor.page.click("details:has(form[action$=settle]) summary")
    return int(visitor.press("details[open] form[action$=settle] .button"))


CLAUSE_COMMENT_STATES = [
    State("clause-comments", TALK, "Settled:", by("maryam", HERE), prepare=staged(spoken), empty=True),
    State(
        "clause-comments-for-a-visitor", TALK, "can comment", at(HERE),
        prepare=staged(spoken), empty=True,
    ),
    State(
        "clause-without-comments", TALK, "Nobody has said", by("ann", HERE),
        prepare=staged(revised), empty=True,
    ),
    State(
        "clause-comment-with-a-fault", TALK, "Choose how you stand to it.",
        pressing(
            HERE, "#discussion > form .button", arrive=lambda path: by("ann", path), text="What I think."
        ),
        status=422, prepare=staged(written), empty=True,
    ),
    State(
        "clause-comment-settled-without-a-note", TALK, "Say how it was settled: everybody can read it.",
        _settling,
        status=422, prepare=staged(spoken), empty=True,
    ),
]  # fmt: skip
