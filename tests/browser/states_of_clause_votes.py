"""Voting on a proposal clause by clause: asked, answered, asked again, over; and the strips of support."""

from charters.states import ProposalState
from deliberation.drafting.proposals import Proposal
from deliberation.spaces.consultations import Consultation
from tests.both_sides import Cast
from tests.browser.conftest import Served, Visitor
from tests.browser.state import State, at, change
from tests.browser.states_of_decisions import HERE, Prepare, Scene, staged
from tests.browser.states_of_proposals import written
from tests.browser.states_of_versions import first, reworded, sealed

VOTE, PAGE, VERSION = "clause_votes/vote.html", "drafting/proposal.html", "versions/version.html"
ONE = f"{HERE}/proposals/1"
SHOWN = "/spaces/harbour-reach/proposals/1"
CASTS: dict[str, Cast] = {}
"""The people of the space by the address of its server, for what happens while somebody reads."""


def kept(scene: Scene) -> Prepare:
    """As `staged`, keeping its people at hand."""

    def prepare(served: Served) -> None:
        async def keep(cast: Cast) -> None:
            await scene(cast)
            CASTS[served.address] = cast

        staged(keep)(served)

    return prepare


def _voted(visitor: Visitor, served: Served) -> int:
    at(f"{ONE}/vote")(visitor, served)
    return int(visitor.press("#clause-1 button[value=agree]"))


def _seal_again(served: Served) -> None:
    cast = CASTS[served.address]

    async def again() -> None:
        await reworded(cast)
        await sealed(cast)

    served.do(lambda _: again())


def _asked_again(visitor: Visitor, served: Served) -> int:
    _voted(visitor, served)
    _seal_again(served)
    return at(f"{ONE}/vote")(visitor, served)


def _other_words(visitor: Visitor, served: Served) -> int:
    """They answer what they read, and a newer version has come meanwhile."""
    _voted(visitor, served)
    _seal_again(served)
    return int(visitor.press("#clause-1 button[value=disagree]"))


def _told_at_the_proposal(visitor: Visitor, served: Served) -> int:
    _voted(visitor, served)
    _seal_again(served)
    return at(ONE)(visitor, served)


def _over(visitor: Visitor, served: Served) -> int:
    _voted(visitor, served)
    change(Proposal, state=ProposalState.AGREED)(served)
    return at(f"{ONE}/vote")(visitor, served)


def _not_everybody(served: Served) -> None:
    """The question behind the proposal is for those alone who were invited."""
    kept(first)(served)
    cast = CASTS[served.address]

    async def act() -> None:
        async with cast.database.transaction() as session:
            question = Consultation(
                space_id=cast.space.id or 0,
                slug="going-home",
                title="The day you go home",
                question="What should happen on the day somebody goes home?",
                attested=["invited"],
                created_at=served.clock(),
            )
            session.add(question)
            await session.flush()
            CONSULTATION.append(question.id or 0)

    served.do(lambda _: act())
    change(Proposal, consultation_id=CONSULTATION.pop())(served)


CONSULTATION: list[int] = []

CLAUSE_VOTE_STATES = [
    State(
        "clauses-to-vote-on", VOTE, "You have answered 0 of", at(f"{ONE}/vote"),
        prepare=staged(first), empty=True,
    ),
    State("clause-answered", VOTE, "Your answer is kept.", _voted, prepare=staged(first), empty=True),
    State(
        "clause-asked-again", VOTE, "These words have changed.", _asked_again,
        prepare=kept(first), empty=True,
    ),
    State(
        "clause-says-something-else", VOTE, "so your answer is not kept yet", _other_words,
        status=409, prepare=kept(first), empty=True,
    ),
    State(
        "clause-votes-over", VOTE, "Voting on its clauses is over.", _over, prepare=staged(first), empty=True
    ),
    State(
        "clauses-for-some", VOTE, "Who may vote", at(f"{ONE}/vote"), prepare=_not_everybody, empty=True
    ),
    State(
        "nothing-to-vote-on", VOTE, "There is nothing to vote on yet.", at(f"{ONE}/vote"),
        prepare=staged(written), empty=True,
    ),
    State(
        "proposal-to-be-voted-on-again", PAGE, "One clause you voted on says something else now.",
        _told_at_the_proposal, prepare=kept(first), empty=True,
    ),
    State("proposal-with-support", PAGE, "Support in each group", at(SHOWN)),
    State("version-with-support", VERSION, "In no group", at(f"{SHOWN}/versions/1")),
    State("clauses-of-the-demonstration", VOTE, "You have answered 0 of 5", at(f"{SHOWN}/vote")),
]  # fmt: skip
