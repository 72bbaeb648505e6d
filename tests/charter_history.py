"""A space that two sides hold, with versions of its charter that they have signed, refused or have yet to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State, begin
from charters.canonical import read
from charters.drafts import founding_charter, next_version
from charters.policy import Policy, policy_of
from charters.states import Attestation, Side, Standing
from deliberation.spaces.charters import keep_charter
from deliberation.spaces.decisions import Decision, KeyAnswer, terms_of
from deliberation.spaces.spaces import Space, SpaceText, found

TRUST, BOARD = "ods:XX1", "ods:XX2"
SMALL = {"quorum": {"people": 3, "body": 1}}
CHANGES = {"moderation": {"appeal_days": 21}, "running": {"hide_hours": 24}}


def first_charter(begins: datetime) -> Policy:
    """A founding charter of two bodies, its quorum small enough for a test."""
    document = founding_charter(
        "open-health-space",
        slug="brenmoor",
        people="Brenmoor Voices",
        bodies={TRUST: "Brenmoor Trust", BOARD: "Brenmoor Board"},
        begins=begins.date(),
        changes={"equal_terms": {"adoption": SMALL}, "amendment": SMALL},
    )
    return policy_of(document)


def amended(policy: Policy, begins: datetime, changes: Mapping[str, Any] = CHANGES) -> Policy:
    """The version after this one."""
    return policy_of(next_version(read(policy.file), begins=begins.date(), changes=changes))


async def sided_space(session: AsyncSession, now: datetime, standing: Standing = Standing.RATIFIED) -> Space:
    """The space Brenmoor, without a charter yet."""
    text = SpaceText(slug="brenmoor", title="Ward care in Brenmoor", host="Brenmoor Voices")
    return await found(session, text, standing=standing, policy="open-health-space", now=now)


async def put_to_both(
    session: AsyncSession,
    space: Space,
    policy: Policy,
    kind: Kind,
    *,
    now: datetime,
    state: State = State.AGREED,
    sums: tuple[int, int, int, int] = (1, 0, 1, 0),
    words: str = "",
    about: str = "",
) -> Decision:
    """Write a charter, put it to both sides, and let it have come to this."""
    assert space.id is not None
    charter = await keep_charter(session, space.id, policy, now=now)
    put = begin(policy, kind, policy.digest, now=now)
    over = state is not State.OPEN
    counts = dict(zip(("people_yes", "people_no", "body_yes", "body_no"), sums, strict=True)) if over else {}
    decision = Decision(
        space_id=space.id,
        charter_id=charter.id,
        kind=kind,
        about=about or f"charter/{policy.digest[:8]}/{kind}",
        text=policy.digest,
        terms=terms_of(put),
        words=words,
        put_by=Side.PEOPLE,
        opened_at=now,
        closes_at=put.closes_at,
        state=state,
        ended_at=now + timedelta(hours=1) if over else None,
        **counts,
    )
    session.add(decision)
    await session.flush()
    return decision


async def signs(
    session: AsyncSession, decision: Decision, name: str, side: Side, *, body: str | None = None
) -> None:
    """Somebody signs under their name."""
    answer = KeyAnswer(
        decision_id=decision.id or 0,
        voter=name.lower(),
        side=side,
        yes=True,
        at=decision.opened_at,
        text=decision.text,
        attestation=Attestation.STAFF if body else Attestation.EMAIL,
        body=body,
        founder=True,
        name=name,
        counts_from=decision.opened_at,
    )
    session.add(answer)
    await session.flush()


async def two_versions(session: AsyncSession, now: datetime) -> tuple[Space, Policy, Policy]:
    """Brenmoor under its second version, which both sides signed a month after the first."""
    begun, changed = now - timedelta(days=200), now - timedelta(days=60)
    space = await sided_space(session, begun)
    first = first_charter(begun)
    second = amended(first, changed)
    founded = await put_to_both(session, space, first, Kind.ADOPT_CHARTER, now=begun)
    await signs(session, founded, "Nia Hughes", Side.PEOPLE)
    await signs(session, founded, "Owen Price", Side.BODY, body=TRUST)
    await put_to_both(session, space, first, Kind.RATIFY_CHARTER, now=begun + timedelta(days=30))
    await put_to_both(
        session,
        space,
        second,
        Kind.AMEND_CHARTER,
        now=changed - timedelta(days=30),
        sums=(78, 7, 2, 0),
        words="Two weeks are too short for an appeal.",
    )
    return space, first, second
