"""A space with two sides, with something of every kind in it, and what a search finds there."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from charters.states import Stage, StatementState
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clause_comments import comment_on_clause
from deliberation.drafting.clauses import ClauseText, words_hash
from deliberation.drafting.commenting import Saying, Speaker
from deliberation.drafting.comments import Comment, CommentText, Stance
from deliberation.drafting.proposals import ProposalText
from deliberation.drafting.suggesting import Suggesting, suggest
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.searching.searching import Passage, search
from deliberation.searching.typed import looked_for
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import NOON

HOUR = timedelta(hours=1)
CLAUSE = ClauseText(heading="A kingfisher plan", text="Everybody goes home with a **lapwing** of their own.")
COMMENT = CommentText(text="A goldcrest is what somebody who is ill needs.")


@dataclass
class Place:
    """What is in it has words that stand nowhere else: names of birds."""

    cast: Cast
    consultation: Consultation

    @property
    def database(self) -> Database:
        return self.cast.database

    async def passages(self, words: str, space: Space | None = None) -> list[Passage]:
        async with self.database.reading() as session:
            return list((await search(session, space, looked_for(words))).passages)

    async def finds(self, words: str, space: Space | None = None) -> list[str]:
        """The kinds of what is found, the best first."""
        return [one.kind.value for one in await self.passages(words, space)]

    async def add(
        self, text: str, language: str = "en", state: StatementState = StatementState.PUBLISHED
    ) -> Statement:
        async with self.database.transaction() as session:
            held = (await session.exec(select(Consultation))).one()
            said = StatementText(text=text, language=language)
            return await add_statement(session, held, said, state=state, now=NOON)

    def speaker(self, name: str) -> Speaker:
        return Speaker(key=self.cast.voter(name), name=name.title())

    async def comment(self, text: CommentText = COMMENT, who: str = "ann") -> Comment:
        saying = Saying(
            speaker=self.speaker(who),
            text=text,
            stance=Stance.FOR,
            shown=words_hash(CLAUSE.heading, CLAUSE.text, CLAUSE.language),
        )
        made: Comment = await self.cast.do(
            who, comment_on_clause, self.cast.space, 1, 1, saying, now=NOON + HOUR
        )
        return made

    async def suggest(self) -> None:
        given = Suggesting(
            text=ClauseText(heading="A plan", text="Everybody goes home with a dotterel."),
            why="A fulmar asked for it.",
            shown=words_hash(CLAUSE.heading, CLAUSE.text, CLAUSE.language),
        )
        await self.cast.do(
            "sam", suggest, self.cast.space, 1, 1, given, speaker=self.speaker("sam"), now=NOON + HOUR
        )


@pytest.fixture
async def place(database: Database) -> Place:
    return await filled(await two_sides(database))


async def filled(cast: Cast) -> Place:
    """Something of every kind in the space."""
    async with cast.database.transaction() as session:
        space = await session.get(Space, cast.space.id)
        assert space is not None
        space.purpose = "We watch the dunnock together."
        held = Consultation(
            space_id=space.id or 0,
            slug="evenings",
            title="Evenings of the nuthatch",
            question="How should a firecrest work?",
            stage=Stage.VOTING,
            created_at=NOON,
        )
        session.add(held)
    place = Place(cast, held)
    await place.add("Open the wheatear until eight.")
    title = ProposalText(title="Going home with a whimbrel")
    await cast.do(
        "maryam",
        begin_proposal,
        cast.space,
        title,
        [Planned(text=CLAUSE)],
        speaker=place.speaker("maryam"),
        now=NOON,
    )
    await place.comment()
    await place.suggest()
    return place
