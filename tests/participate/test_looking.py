"""Looking at the page of a space as a member or a delegate sees it: nothing is done, nothing is gained."""

import pytest
from quart import Quart

from charters.actions import Action
from charters.enforcement import Permitted, decide
from charters.facts import Facts
from charters.looking import seen_by
from charters.states import Role, Side
from deliberation.people.accounts import account_for
from tests.both_sides import Cast
from tests.charters.avonmere import CHARTER, DAY, NOON
from tests.participate.conftest import LinkFor
from tests.participate.test_decisions import As, opening, say, sided, signed_in  # noqa: F401  fixtures
from tests.people import Person

HERE = "/spaces/avonmere"
MEMBER, DELEGATE = f"{HERE}/look-as/member", f"{HERE}/look-as/delegate"


async def test_whoever_belongs_or_runs_something_looks_as_either_and_nobody_else(
    app: Quart,
    person: Person,
    sided: Cast,  # noqa: F811
    signed_in: As,  # noqa: F811
    link_for: LinkFor,
) -> None:
    async with app.extensions["database"].transaction() as session:
        operator = await account_for(session, "oda@example.org", now=NOON - DAY)
        operator.operator = True
        session.add(operator)
    for name in ("flo", "oda", "ann", "deepa"):
        one = await signed_in(name)
        home = await one.get(HERE)
        assert f'href="{MEMBER}"' in home.html
        for path, says in ((MEMBER, "as a member sees it"), (DELEGATE, "as a delegate sees it")):
            page = await one.get(path)
            assert page.status == 200
            assert f"You see this page {says}." in page.text
            assert f'<a href="{HERE}">Back to your own view</a>' in page.html
            assert f'href="{MEMBER}"' not in page.html
        assert (await one.get(f"{HERE}/look-as/operator")).status == 404
    for other in (person, await signed_in("cai")):
        page = await other.get(MEMBER)
        assert page.status == 403
        assert "Join a side first." in page.text
        assert "/look-as/" not in (await other.get(HERE)).html


@pytest.mark.parametrize("path", [MEMBER, DELEGATE])
async def test_the_page_has_no_form_and_takes_nothing(
    sided: Cast,  # noqa: F811
    opening: object,  # noqa: F811
    signed_in: As,  # noqa: F811
    path: str,
) -> None:
    flo = await signed_in("flo")
    token = (await flo.get(HERE)).form("/sign-out").fields["token"]
    page = await flo.get(path)
    assert page.forms() == []
    assert page.html.count("<button") == page.html.count(" disabled>") == 2
    assert "Sign for your side" in page.text
    assert "You have no key here." not in page.text
    assert (await flo.post(path, {"token": token, "answer": "yes"})).status == 405
    # Having looked, they may do what they could before, and no more.
    refused = await flo.post(f"{HERE}/decisions/2", {"token": token, "answer": "yes", "shown": "x"})
    assert refused.status == 403
    assert (await flo.get(f"{HERE}/waiting")).status == 403


async def test_nothing_that_is_somebodys_own_is_shown(
    sided: Cast,  # noqa: F811
    opening: tuple[object, object],  # noqa: F811
    signed_in: As,  # noqa: F811
) -> None:
    ann = await signed_in("ann")
    await say(ann, await ann.get(HERE), opening[1], "yes")  # type: ignore[arg-type]
    assert "You have signed this." in (await ann.get(HERE)).text
    for path in (MEMBER, DELEGATE):
        assert "You have signed this." not in (await ann.get(path)).text
    assert "What waits for your body" in (await ann.get(DELEGATE)).text
    assert "What waits for your body" not in (await ann.get(MEMBER)).text
    assert "Facilitate" not in (await (await signed_in("flo")).get(MEMBER)).text


@pytest.mark.parametrize("side", Side)
def test_a_page_is_looked_at_as_somebody_who_has_a_key_and_no_other_role(side: Side) -> None:
    reader = Facts(now=NOON, roles=frozenset({Role.FACILITATOR, Role.OPERATOR}), signed_in=True)
    seen = seen_by(CHARTER, reader, side)
    assert seen.side is side
    assert seen.roles == {Role.VISITOR, {Side.PEOPLE: Role.MEMBER, Side.BODY: Role.DELEGATE}[side]}
    assert not isinstance(decide(CHARTER, Action.READ_QUEUE, seen), Permitted)
    assert not isinstance(decide(CHARTER, Action.READ_OPERATING, seen), Permitted)
