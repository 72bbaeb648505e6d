"""What both sides of the demonstration write together: a proposal in the middle of its life, a new one."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clause_comments import comment_on_clause, resolve_comment
from deliberation.drafting.clauses import ClauseText, draft_hash, standing_clauses, words_hash
from deliberation.drafting.commenting import Saying, Speaker
from deliberation.drafting.comments import CommentText, Stance
from deliberation.drafting.proposals import Proposal, ProposalText, proposal_numbered
from deliberation.drafting.sealing import seal
from deliberation.drafting.sources import EvidenceText, add_evidence
from deliberation.drafting.suggesting import Suggesting, answer_suggestion, suggest
from deliberation.drafting.writing import add_clause, revise_clause
from deliberation.opinion.statements import statement_saying
from deliberation.spaces.answering import Reply, answer_decision
from deliberation.spaces.decisions import open_decisions
from deliberation.spaces.spaces import Space
from participate.demonstration.sides import Standing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TITLE = "Going home by day, and not alone"
FROM_THE_MAP = (
    "Nobody should be sent home after eight in the evening.",
    "The medicines should be ready before the transport is.",
    "Somebody should ring on the first evening.",
    "One number to ring should be enough for both bodies.",
)
REVISED = {
    1: ClauseText(
        heading="Home by day",
        text="Nobody leaves the wards after **eight in the evening** unless they ask to.",
    ),
    2: ClauseText(
        heading="Medicines first",
        text="The medicines are packed the day before. The transport is called when they are in the bag.",
    ),
    3: ClauseText(
        heading="The first evening",
        text="Somebody from the ward rings between six and eight on the first evening.",
    ),
}
MEASURED = ClauseText(
    heading="How we see whether it worked",
    text="Both bodies say in public each quarter:\n\n"
    "- how many people left after eight\n- how many were rung on the first evening",
)
RINGING = ClauseText(
    heading="The first evening",
    text="Somebody from the ward or the care service rings between six and eight on the first evening. "
    "They have the letter before them.",
)
PACKED = ClauseText(
    heading="Medicines first",
    text="The medicines are packed the day before, with a list in plain words. "
    "The transport is called when they are in the bag.",
)
NIGHT = ClauseText(heading="Home by day", text="Nobody leaves the wards after six in the evening.")
ONE_NUMBER = ClauseText(
    heading="One number for both",
    text="One number answers for the hospital and the care service, day and night, from September.",
)
QUIET = (
    ClauseText(heading="What changes", text="The lights in the corridors are low after ten."),
    ClauseText(heading="Who does it, and by when", text="Name who does what, and by which day."),
)


def evidence(moment: datetime) -> EvidenceText:
    """What the hospital counted, at an address that nobody can own."""
    return EvidenceText(
        title="Who went home at which hour, and who came back (made up)",
        publisher="Harbour Reach Hospital (made up)",
        published_on=(moment - 60 * DAY).date(),
        address="https://hospital.harbour.example/going-home-by-hour",
    )


def hash_of(text: ClauseText) -> str:
    return words_hash(text.heading, text.text, text.language)


class Writing:
    """The space in the hands of one person at one moment."""

    def __init__(self, session: AsyncSession, space: Space) -> None:
        self.session, self.space = session, space

    async def do(self, who: Standing, moment: datetime, verb: Any, *values: Any, **more: Any) -> Any:
        """Let somebody call a verb of writing."""
        more = {"speaker": Speaker(key=who.voter, name=who.name)} | more
        more = {name: value for name, value in more.items() if value is not None}
        return await verb(self.session, self.space, *values, asking=who.asking(moment), now=moment, **more)


async def write_together(
    session: AsyncSession,
    space: Space,
    people: list[Standing],
    bodies: list[Standing],
    consultation_id: int,
    now: datetime,
) -> None:
    """Proposal 1 is open for sign-off with one key turned, and goes on; proposal 2 is just begun."""
    mari, sel, hospital, care = *people[:2], *bodies[:2]
    writing, begun = Writing(session, space), now - 30 * DAY
    planned = []
    for text in FROM_THE_MAP:
        statement = await statement_saying(session, consultation_id, text)
        planned.append(Planned(text=ClauseText(text=text), statement_id=statement.id))
    title = ProposalText(title=TITLE)
    await writing.do(mari, begun, begin_proposal, title, planned, consultation_id=consultation_id)
    for hours, (who, number) in enumerate(((hospital, 1), (sel, 2), (mari, 3)), start=1):
        shown = hash_of(ClauseText(text=FROM_THE_MAP[number - 1]))
        moment = begun + hours * 26 * HOUR
        await writing.do(who, moment, revise_clause, 1, number, REVISED[number], shown=shown)
    await writing.do(care, begun + 5 * DAY, add_clause, 1, MEASURED)
    await writing.do(hospital, begun + 6 * DAY, add_evidence, 1, 1, evidence(begun))
    await _suggest(writing, people, bodies, begun + 8 * DAY)
    await _talk(writing, people, bodies, begun + 10 * DAY)
    await _seal(writing, people, bodies, now - 4 * DAY)
    # Writing goes on in the next draft, and touches nothing that was sealed.
    shown = hash_of(ClauseText(text=FROM_THE_MAP[3]))
    await writing.do(hospital, now - DAY, revise_clause, 1, 4, ONE_NUMBER, shown=shown)
    await writing.do(
        care,
        now - 6 * HOUR,
        begin_proposal,
        ProposalText(title="Quieter nights on the wards"),
        [Planned(text=one) for one in QUIET],
    )


async def _suggest(
    writing: Writing, people: list[Standing], bodies: list[Standing], moment: datetime
) -> None:
    """One accepted by both sides, one rejected, one that a single side has accepted."""
    (mari, sel, member), (hospital, care) = people[:3], bodies[:2]
    why = "Either of us can ring. It matters that they have read the letter."
    given = Suggesting(text=RINGING, why=why, shown=hash_of(REVISED[3]))
    one = await writing.do(care, moment, suggest, 1, 3, given)
    for who, later in ((care, HOUR), (mari, 3 * HOUR)):
        said = {"accepts": True, "shown": hash_of(RINGING)}
        await writing.do(who, moment + later, answer_suggestion, one.comment_id, **said)
    given = Suggesting(text=NIGHT, why="In winter it is dark by five.", shown=hash_of(REVISED[1]))
    two = await writing.do(member, moment + DAY, suggest, 1, 1, given)
    reason = "The evening round ends at seven. Before that nobody can be sent home safely."
    said = {"accepts": False, "reason": reason, "shown": hash_of(NIGHT)}
    await writing.do(hospital, moment + 2 * DAY, answer_suggestion, two.comment_id, **said)
    given = Suggesting(text=PACKED, why="I could not read my own list.", shown=hash_of(REVISED[2]))
    three = await writing.do(sel, moment + 3 * DAY, suggest, 1, 2, given)
    said = {"accepts": True, "shown": hash_of(PACKED)}
    await writing.do(hospital, moment + 4 * DAY, answer_suggestion, three.comment_id, **said)


async def _talk(writing: Writing, people: list[Standing], bodies: list[Standing], moment: datetime) -> None:
    (mari, _, member), (hospital, care) = people[:3], bodies[:2]
    shown = hash_of(REVISED[1])

    async def say(
        who: Standing, later: timedelta, stance: Stance | None, text: str, above: int | None
    ) -> int:
        saying = Saying(
            speaker=Speaker(key=who.voter, name=who.name),
            text=CommentText(text=text),
            stance=stance,
            parent=above,
            shown=shown,
        )
        said = await writing.do(who, moment + later, comment_on_clause, 1, 1, saying, speaker=None)
        return int(said.id)

    asked = await say(member, HOUR, Stance.QUESTION, "Who asks them whether they want to stay?", None)
    await say(hospital, 5 * HOUR, None, "The nurse in charge, and it is written down.", asked)
    await say(care, DAY, Stance.FOR, "Our evening visits end at nine, so this helps us too.", None)
    note = {"note": "The nurse in charge asks.", "key": mari.voter, "speaker": None}
    await writing.do(mari, moment + 2 * DAY, resolve_comment, asked, **note)


async def _seal(writing: Writing, people: list[Standing], bodies: list[Standing], moment: datetime) -> None:
    """Version 1: the hospital says yes, the care service has not voted, and nine members have."""
    session, space = writing.session, writing.space
    proposal: Proposal = await proposal_numbered(session, space.id or 0, 1)
    shown = draft_hash(proposal, await standing_clauses(session, proposal.id))
    await writing.do(people[0], moment, seal, 1, shown=shown, key=people[0].voter, speaker=None)
    (decision,) = [
        one for one in await open_decisions(session, space.id or 0) if one.about == f"proposal/{proposal.id}"
    ]
    for n, who in enumerate([bodies[0], *people[:9]]):
        at = moment + (n + 1) * 3 * HOUR
        no = n % 5 == 4
        reply = Reply(
            voter=who.voter,
            yes=not no,
            shown=decision.text,
            reason="I would rather wait for the number." if no else "",
            name=who.name,
        )
        await answer_decision(session, space, decision.id or 0, reply, asking=who.asking(at), now=at)
