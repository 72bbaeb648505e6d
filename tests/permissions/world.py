"""Six places and six people for the walk of every route, and a database that keeps nothing they do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from quart import Quart
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind
from charters.canonical import read
from charters.drafts import next_version
from charters.enforcement import Facts
from charters.facts import Belonging
from charters.policy import Policy, policy_of
from charters.states import Attestation, Role, Side, Stage, Standing, StatementState
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clause_comments import comment_on_clause
from deliberation.drafting.clauses import ClauseText, draft_hash, standing_clauses, words_hash
from deliberation.drafting.commenting import Saying, Speaker, write_comment
from deliberation.drafting.comments import CommentText, Stance
from deliberation.drafting.proposals import ProposalText, proposal_numbered
from deliberation.drafting.sealing import seal
from deliberation.drafting.suggesting import Suggesting, suggest
from deliberation.drafting.writing import move_clause
from deliberation.opinion.statements import StatementText, add_statement
from deliberation.people.accounts import account_for
from deliberation.people.memberships import appoint
from deliberation.people.participants import account_pseudonym, space_key
from deliberation.spaces.activity import SideActivity
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import decision_with_id
from deliberation.spaces.putting_charters import put_amendment
from deliberation.spaces.putting_people import put_facilitator
from deliberation.spaces.spaces import Space, SpaceText, found
from participate.db import Database
from participate.devices import cookie_name
from participate.signin.links import new_sign_in_link
from tests.chartering import agree, charter_of, join_body, join_people
from tests.people import Clock, Person

PLACES = {
    "own": ("own", "open"),
    "other": ("other", "open"),
    "closed": ("own", "closed"),
    "asleep": ("asleep", "open"),
    "trial": ("trial", "open"),
    "none": ("nowhere", "open"),
}
"""Each as (space, consultation). Nobody has a role in `other`; in `asleep` no side has acted for long."""

PEOPLE = {
    "V": "visitor", "M": "member", "D": "delegate", "A": "adviser", "F": "facilitator", "O": "operator",
}  # fmt: skip


COOKIE = cookie_name(https=False)


@dataclass
class World:
    app: Quart
    people: dict[str, Person]
    tokens: dict[str, dict[str, str]]
    cookies: dict[str, str]
    shown: str
    """The hash of what is decided in `own`: the decision with the id 2, which both sides may answer."""
    discussed: str
    """As `shown`, of the decision 3 about the charter, under which people comment."""

    def as_before(self, who: str) -> Person:
        """This person with the cookie they came with, whatever an act did to it."""
        person = self.people[who]
        person.client.set_cookie("localhost", COOKIE, self.cookies[who])
        return person


async def make_world(app: Quart, clock: Clock) -> World:
    """The places, and everybody signed in but the visitor, who has a device."""
    database: Database = app.extensions["database"]
    async with database.transaction() as session:
        for slug in ("own", "other", "asleep", "trial"):
            await _space(session, slug, app, clock)
        shown = (await decision_with_id(session, 1, 2)).text
        discussed = (await decision_with_id(session, 1, 3)).text
        operator = await account_for(session, "operator@example.org", now=clock())
        operator.operator = True
        session.add(operator)
    people = {letter: Person(app) for letter in PEOPLE}
    for letter, name in PEOPLE.items():
        if name != "visitor":
            await _sign_in(database, people[letter], f"{name}@example.org", clock)
    tokens = {letter: await _token(person) for letter, person in people.items()}
    cookies = {letter: _cookie(person) for letter, person in people.items()}
    keep_nothing(database)
    return World(app, people, tokens, cookies, shown, discussed)


async def _space(session: AsyncSession, slug: str, app: Quart, clock: Clock) -> None:
    now, before = clock(), clock() - timedelta(days=60)
    text = SpaceText(slug=slug, title=f"The space {slug}", host="Avonmere Voices")
    standing = Standing.TRIAL if slug == "trial" else Standing.RATIFIED
    space = await found(session, text, standing=standing, policy="open-health-space", now=before)
    assert space.id is not None
    if slug != "trial":
        charter = charter_of(slug, before.date(), people="<i>Voices</i>")
        await agree(session, space, charter, Kind.ADOPT_CHARTER, now=before)
    if slug in ("own", "asleep"):
        await join_people(session, space, "member", since=before)
        await join_body(session, space, "delegate", since=before)
    if slug == "own":
        await put_facilitator(
            session,
            space,
            "second@example.org",
            name="Second",
            until=now + timedelta(days=90),
            reason="Somebody should be there on every day.",
            asking=_member(before),
            now=now - timedelta(days=1),
        )
        await _discuss(session, space, charter, before, now - timedelta(days=1))
    if slug in ("own", "asleep"):
        await _write_together(session, space, app, before)
    if slug == "asleep":
        long_ago = (now - timedelta(days=200)).date()
        here = col(SideActivity.space_id) == space.id
        await session.exec(update(SideActivity).where(here).values(day=long_ago))
    for name, role in (("adviser", Role.ADVISER), ("facilitator", Role.FACILITATOR)):
        if slug != "other":
            account = await account_for(session, f"{name}@example.org", now=before)
            assert account.id is not None
            await appoint(session, space.id, account.id, role, since=before)
    for name, closes in (("open", now + timedelta(days=9)), ("closed", now - timedelta(days=1))):
        held = Consultation(
            space_id=space.id,
            slug=name,
            title=f"The {name} one",
            question="How should it work?",
            stage=Stage.VOTING,
            opens_at=before,
            closes_at=closes,
            created_at=before,
        )
        session.add(held)
        await session.flush()
        words = StatementText(text="Open until eight.")
        await add_statement(session, held, words, state=StatementState.PUBLISHED, now=before)


async def _write_together(session: AsyncSession, space: Space, app: Quart, before: datetime) -> None:
    """Proposal 1 has the clauses 1 and 2 and a version; `member` and `delegate` have both written in it."""
    planned = [Planned(text=ClauseText(heading=word, text=f"{word} words.")) for word in ("First", "Second")]
    master = app.extensions["settings"].pseudonym_master
    for name in ("member", "delegate"):
        account = await account_for(session, f"{name}@example.org", now=before)
        key = account_pseudonym(space_key(master, space.id or 0), account.id or 0)
        asking, speaker = _member(before), Speaker(key=key, name=name.title())
        if name == "member":
            text = ProposalText(title="Going home with a plan")
            await begin_proposal(session, space, text, planned, speaker=speaker, asking=asking, now=before)
            shown = words_hash("First", "First words.", "en")
            given = Suggesting(text=ClauseText(text="Other words."), shown=shown)
            await suggest(session, space, 1, 1, given, speaker=speaker, asking=asking, now=before)
            said = CommentText(text="It is good.")
            saying = Saying(speaker=speaker, text=said, stance=Stance.FOR, shown=shown)
            await comment_on_clause(session, space, 1, 1, saying, asking=asking, now=before)
        else:
            asking = replace(asking, side=Side.BODY, roles=frozenset({Role.DELEGATE}))
            await move_clause(session, space, 1, 1, up=False, speaker=speaker, asking=asking, now=before)
            await _seal(session, space, key, asking, app.extensions["clock"]() - timedelta(days=1))


async def _seal(session: AsyncSession, space: Space, key: str, asking: Facts, now: datetime) -> None:
    """Version 1 is open for sign-off."""
    proposal = await proposal_numbered(session, space.id or 0, 1)
    shown = draft_hash(proposal, await standing_clauses(session, proposal.id))
    await seal(session, space, 1, shown=shown, key=key, asking=asking, now=now)


async def _discuss(
    session: AsyncSession, space: Space, charter: Policy, joined_at: datetime, now: datetime
) -> None:
    """A change of the charter is open, the decision 3, and somebody has said something about it."""
    begins = (now + timedelta(days=60)).date()
    changes = {"moderation": {"appeal_days": 30}}
    after = policy_of(next_version(read(charter.file), begins=begins, changes=changes))
    asking, words = _member(joined_at), "Somebody should be there on every day."
    decision = await put_amendment(session, space, after, reason=words, asking=asking, now=now)
    saying = Saying(
        speaker=Speaker(key="0" * 64), text=CommentText(text="It is good."), stance=Stance.FOR,
        shown=decision.text,
    )  # fmt: skip
    await write_comment(session, space, decision.id or 0, saying, asking=asking, now=now)


def _member(joined_at: datetime) -> Facts:
    return Facts(
        now=joined_at,
        signed_in=True,
        has_device=True,
        roles=frozenset({Role.MEMBER}),
        side=Side.PEOPLE,
        attestation=Attestation.EMAIL,
        belonging=Belonging(joined_at=joined_at),
    )


async def _sign_in(database: Database, person: Person, address: str, clock: Clock) -> None:
    async with database.transaction() as session:
        account = await account_for(session, address, now=clock())
        link = await new_sign_in_link(session, account, now=clock())
    page = await person.get(link)
    assert (await person.send(page.form(link), follow=False)).status == 303


async def _token(person: Person) -> dict[str, str]:
    """The proof that a form was given to this device, from a page that everybody can open."""
    page = await person.get("/spaces/own/open")
    return {"token": next(form.fields["token"] for form in page.forms() if "token" in form.fields)}


def _cookie(person: Person) -> str:
    return next(cookie.value for cookie in person.client.cookie_jar if cookie.name == COOKIE)


def keep_nothing(database: Database) -> None:
    """Let every later act of this database happen and be taken back, so that no request sees another's."""
    transaction: Any = database.transaction

    @asynccontextmanager
    async def forgetting() -> AsyncIterator[AsyncSession]:
        async with transaction() as session:
            yield session
            await session.flush()
            await session.rollback()

    async def alone(verb: Any, value: Any) -> Any:
        async with forgetting() as session:
            return await verb(session, value)

    database.transaction = forgetting  # type: ignore[method-assign]
    database.grouped = alone  # type: ignore[method-assign]
