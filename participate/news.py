"""An act of the record as news: what was done, to what, by which role, how long ago, and where it leads.

Words that somebody wrote are not in it but titles: what has gone out by mail or as a feed comes back to
nobody. They stand on the record, and can be taken off there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy
from deliberation.drafting.agreed import WITHDRAWN
from deliberation.drafting.sealing import NEWER
from deliberation.following.news import spaces_in
from deliberation.publishing.acts import TOGETHER, Entry
from deliberation.publishing.record import Did
from deliberation.publishing.said import dated
from deliberation.publishing.told import done_to, told, which_proposal
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.moving import AGAIN
from deliberation.spaces.putting import NAMES
from deliberation.spaces.settling import TOO_LATE
from deliberation.spaces.spaces import Space
from participate.deciding import TITLES
from participate.languages import gettext, said
from participate.results.days import span_in_words

DECIDING = frozenset({Did.DECISION_PUT, Did.DECISION_MOVED, *TOGETHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """`title` is what it was done to, in its own language, and `place` its page.

    `told` is what the program itself says of it. `when` is as coarse as the rules of the space ask,
    `grained` the same as a code.
    """

    id: int
    space: Space
    named: str
    told: str
    by: str
    when: str
    grained: str
    kind: str
    place: str
    path: str
    title: str
    language: str


async def as_news(session: AsyncSession, entries: Iterable[Entry], moment: datetime) -> list[News]:
    """These acts as news, in the language that is spoken now."""
    acts = list(entries)
    spaces: dict[int, tuple[Space, Policy]] = {}
    for space_id in spaces_in(acts):
        space = await session.get(Space, space_id)
        assert space is not None
        policy, _ = await policy_to_read_by(session, space, moment)
        spaces[space_id] = space, policy
    return [news(one, *spaces[one.space_id]) for one in acts]


def news(entry: Entry, space: Space, policy: Policy) -> News:
    """One act as news."""
    known = told(entry.kind, entry.words)
    title, language = _about(entry, space)
    grained = dated(entry.at, policy.publication.time_grain)
    return News(
        id=entry.id,
        space=space,
        named=said(entry.named),
        told=said(known.words) if known is not None else of_a_decision(entry),
        by=said(entry.by),
        when=span_in_words(grained),
        grained=grained,
        kind=entry.kind,
        place=place_of(entry, space),
        path=path_of(entry, space),
        title=title,
        language=language,
    )


def in_a_line(one: News) -> str:
    """What is said of it in one line of text."""
    parts = (f"{one.named}.", one.told, gettext("By %(role)s.", role=one.by))
    return " ".join(part for part in parts if part)


def path_of(entry: Entry, space: Space) -> str:
    """Where on this site it can be read."""
    base = f"/spaces/{space.slug}"
    if entry.proposal is not None:
        whole, (_, version) = f"{base}/proposals/{entry.proposal}", done_to(entry.kind, entry.words)
        if entry.clause is not None:
            return f"{whole}#clause-{entry.clause}"
        return f"{whole}/versions/{version}" if version is not None else whole
    if entry.consultation is None:
        return f"{base}/record#acts"
    whole = f"{base}/{entry.consultation}"
    return f"{whole}/statements/{entry.statement}" if entry.shown else whole


def place_of(entry: Entry, space: Space) -> str:
    """The page of the proposal, the consultation or the space that it was done to."""
    base = f"/spaces/{space.slug}"
    if entry.proposal is not None:
        return f"{base}/proposals/{entry.proposal}"
    return base if entry.consultation is None else f"{base}/{entry.consultation}"


def _about(entry: Entry, space: Space) -> tuple[str, str]:
    if entry.proposal is not None:
        return entry.proposal_title, entry.proposal_language
    if entry.consultation is not None:
        return entry.title, entry.language
    return space.title, space.language


def of_a_decision(entry: Entry) -> str:
    """Of a decision its kind, and what befell it, which the record stores in English."""
    if entry.kind not in DECIDING:
        return ""
    for kind, title in TITLES.items():
        begins = f"{NAMES[kind]}."
        if not entry.words.startswith(begins):
            continue
        rest = entry.words.removeprefix(begins).strip()
        which = which_proposal(rest)
        more = rest if which is None else which.rest
        if more in ("", AGAIN, TOO_LATE, NEWER, WITHDRAWN):
            parts = (f"{said(title)}.", said(which.words) if which is not None else "", said(more))
            return " ".join(part for part in parts if part)
    return ""


def by_place(found: Iterable[News]) -> Mapping[str, list[News]]:
    """The news of each proposal, consultation or space by its path, those of one space together."""
    grouped: dict[str, list[News]] = {}
    for one in sorted(found, key=lambda one: (one.space.title, one.space.id or 0, -one.id)):
        grouped.setdefault(one.place, []).append(one)
    return grouped
