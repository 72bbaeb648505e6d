"""Founding a space that two sides will hold: its founders named in public, and the charter they sign first.

The operator names them and has no more to say: nothing opens before each side has signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.canonical import composed
from charters.drafts import founding_charter
from charters.enforcement import Facts, Refused, require
from charters.facts import Held
from charters.policy import PolicyError, load_policy, policy_of
from charters.reasons import SENTENCES, Reason
from charters.states import Role, Side, Standing
from charters.terms import Policy
from deliberation.errors import Invalid
from deliberation.people.accounts import Account, account_for, account_with_address, checked_address
from deliberation.people.memberships import Membership
from deliberation.people.organisations import Organisation, body_of_address, organisations_with
from deliberation.people.sessions import end_sessions_of
from deliberation.publishing.record import Did, enter
from deliberation.spaces.charters import keep_charter
from deliberation.spaces.days import day_in_london
from deliberation.spaces.spaces import Space, SpaceText, found, space_if_any
from deliberation.spaces.standing import is_operator

LONGEST_NAME = 120
TEMPLATES = {"open-health-space": "Open health space", "service-change": "Service change"}
"""The charters that a health space can begin with, and what they are called."""


@dataclass(frozen=True, slots=True)
class Founder:
    """Somebody who is named in public when a space begins; `at` is where they stand in the form.

    `speaks_for` is the group of a founder of the people's side, or the code of a delegate's organisation.
    """

    at: str
    side: Side
    address: str
    name: str
    speaks_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    text: SpaceText
    template: str
    founders: Sequence[Founder]


class NotFounded(ValueError):
    """Something must be changed first: each fault names its field."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class _Named:
    """A founder whose address has an account, and whose organisation is known."""

    founder: Founder
    account: Account
    organisation: Organisation | None


async def found_space(session: AsyncSession, founding: Founding, *, asking: Facts, now: datetime) -> Space:
    """Make a space that waits for the signatures of its founders. Raises NotFounded, Refused."""
    faults = await founding_faults(
        session, founding.text.slug, founding.template, founding.founders, asking=asking, now=now
    )
    if faults:
        raise NotFounded(faults)
    count = _count(founding.founders)
    named = await _named(session, founding.founders, now)
    bodies = [one.organisation for one in named if one.organisation is not None]
    policy = _charter(founding, bodies, now)
    text = founding.text.model_copy(update={"body_side": _listed(bodies)})
    space = await found(session, text, standing=Standing.FOUNDING, policy=founding.template, now=now)
    assert space.id is not None
    for one in named:
        session.add(_membership(space.id, one, now))
        assert one.account.id is not None
        await end_sessions_of(session, one.account.id)
    await keep_charter(session, space.id, policy, now=now)
    people = f"{count[Side.PEOPLE]} founders of the people's side, {count[Side.BODY]} of the bodies"
    words = f"{people}: {_listed(bodies)}."
    enter(session, Did.SPACE_MADE, space_id=space.id, words=words, role=Role.OPERATOR, now=now)
    return space


async def founding_faults(
    session: AsyncSession,
    slug: str,
    template: str,
    founders: Sequence[Founder],
    *,
    asking: Facts,
    now: datetime,
) -> list[Invalid]:
    """Everything that stands against founding at this address, by this template, with these founders.

    Nothing is written. Raises Refused for whoever does not run the installation.
    """
    faults = _permitted(template, _count(founders), asking)
    if await space_if_any(session, slug) is not None:
        faults.append(Invalid("slug", "There is a space at this address already. Choose another."))
    if template not in TEMPLATES:
        faults.append(Invalid("template", "Choose the charter that it begins with."))
    organisations = await organisations_with(session, _codes(founders))
    seen: set[str] = set()
    for one in founders:
        faults += _problems(one, organisations.get(one.speaks_for), now)
        try:
            address = checked_address(one.address).lower()
        except Invalid as error:
            faults.append(Invalid(f"{one.at}-address", str(error)))
            continue
        faults += await _problems_of_address(session, one, address, seen)
        seen.add(address)
    return faults


def _count(founders: Sequence[Founder]) -> dict[Side, int]:
    return {side: sum(one.side is side for one in founders) for side in Side}


def _codes(founders: Sequence[Founder]) -> set[str]:
    return {one.speaks_for for one in founders if one.side is Side.BODY}


def _permitted(template: str, count: Mapping[Side, int], asking: Facts) -> list[Invalid]:
    """The fault of naming too few, if they are. Raises Refused for whoever does not run the installation."""
    policy = load_policy(template if template in TEMPLATES else next(iter(TEMPLATES)))
    try:
        require(policy, Action.FOUND_SPACE, replace(asking, held=Held(founders=count)))
    except Refused as refused:
        if refused.reason is not Reason.TOO_FEW_FOUNDERS:
            raise
        return [_too_few(policy, count)]
    return []


async def _named(session: AsyncSession, founders: Sequence[Founder], now: datetime) -> list[_Named]:
    """Each founder with an account, made where there is none, and with their organisation."""
    organisations = await organisations_with(session, _codes(founders))
    return [
        _Named(
            one,
            await account_for(session, checked_address(one.address), now=now),
            organisations[one.speaks_for] if one.side is Side.BODY else None,
        )
        for one in founders
    ]


def _problems(one: Founder, organisation: Organisation | None, now: datetime) -> list[Invalid]:
    problems = []
    if not 2 <= len(one.name) <= LONGEST_NAME:
        words = f"Write the name they act under, with 2 to {LONGEST_NAME} characters."
        problems.append(Invalid(f"{one.at}-name", words))
    if one.side is Side.PEOPLE and not 2 <= len(one.speaks_for) <= LONGEST_NAME:
        words = f"Write the group they speak for, with 2 to {LONGEST_NAME} characters."
        problems.append(Invalid(f"{one.at}-group", words))
    if one.side is Side.PEOPLE:
        return problems
    if organisation is None:
        words = f"There is no organisation {one.speaks_for[:20]!r}. Write its code as the list has it."
        problems.append(Invalid(f"{one.at}-code", words))
    elif not organisation.is_open_on(day_in_london(now)):
        words = f"{organisation.name} has closed. Write the code of the one that followed it."
        problems.append(Invalid(f"{one.at}-code", words))
    return problems


async def _problems_of_address(
    session: AsyncSession, one: Founder, address: str, seen: set[str]
) -> list[Invalid]:
    if address in seen:
        words = "This address stands here twice. Nobody stands on both sides, or twice on one."
        return [Invalid(f"{one.at}-address", words)]
    if one.side is Side.PEOPLE and await body_of_address(session, address) is not None:
        return [Invalid(f"{one.at}-address", str(SENTENCES[Reason.BODY_ADDRESS]))]
    known = await account_with_address(session, address)
    if known is not None and await is_operator(session, known):
        words = "They run this installation, so they have no key. Name somebody else."
        return [Invalid(f"{one.at}-address", words)]
    return []


def _charter(founding: Founding, bodies: Sequence[Organisation], now: datetime) -> Policy:
    """The first charter, as both sides will be asked to sign it. Raises NotFounded."""
    text = founding.text
    file = founding_charter(
        founding.template,
        slug=text.slug,
        people=text.people_side,
        bodies={body.party: body.name for body in bodies},
        begins=day_in_london(now),
    )
    try:
        return policy_of(composed(file))
    except PolicyError as error:
        # Names that no charter can hold: what the form took is longer or stranger than the schema allows.
        raise NotFounded([Invalid("slug", f"{fault.sentence}") for fault in error.faults]) from error


def _membership(space_id: int, one: _Named, now: datetime) -> Membership:
    founder, people = one.founder, one.founder.side is Side.PEOPLE
    assert one.account.id is not None
    return Membership(
        space_id=space_id,
        account_id=one.account.id,
        role=Role.MEMBER if people else Role.DELEGATE,
        since=now,
        name=founder.name,
        speaks_for=founder.speaks_for if people else "",
        organisation_id=one.organisation.id if one.organisation is not None else None,
        founder=True,
    )


def _too_few(policy: Policy, count: Mapping[Side, int]) -> Invalid:
    least = policy.founding
    if count[Side.PEOPLE] < least.people:
        words = f"Name at least {least.people} founders of the people's side."
        return Invalid(f"people-{count[Side.PEOPLE] + 1}-address", words)
    return Invalid(f"body-{count[Side.BODY] + 1}-address", f"Name at least {least.body} delegate of a body.")


def _listed(bodies: Sequence[Organisation]) -> str:
    return ", ".join(dict.fromkeys(body.name for body in bodies))[:LONGEST_NAME] or "Health bodies"
