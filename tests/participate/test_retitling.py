"""The title of a proposal changed by form: by both sides, with a clash, and never on a sealed version."""

import pytest

from charters.states import ProposalState
from deliberation.drafting.proposals import Proposal
from tests.participate.conftest import Stored
from tests.participate.test_clauses import HERE, ann, deepa, sided
from tests.people import Page, Person

__all__ = ["ann", "deepa", "sided"]

FORM = f"{HERE}/title"


async def rename(person: Person, title: str) -> Page:
    return await person.send((await person.get(FORM)).form("/title"), title=title)


async def test_either_side_changes_it_and_the_record_says_so(
    ann: Person, deepa: Person, person: Person
) -> None:
    for somebody, title in ((ann, "Home with a plan"), (deepa, "Home, with a plan of one's own")):
        page = await rename(somebody, title)
        assert "The proposal has its new title." in page.text
        assert title in (await person.get(HERE)).text
    assert "It has this title already." in (await rename(ann, "Home, with a plan of one's own")).text
    record = (await person.get("/spaces/avonmere/record")).text
    assert record.count("Title of a proposal changed") == 3  # one of them in the list of kinds


async def test_a_clash_shows_both_and_loses_neither(ann: Person, deepa: Person, person: Person) -> None:
    form = (await ann.get(FORM)).form("/title")
    await rename(deepa, "A plan for everybody")
    page = await ann.send(form, title="Home with a plan")
    assert page.status == 409
    assert "A plan for everybody" in page.text
    assert page.form("/title").fields["title"] == "Home with a plan"
    assert "A plan for everybody" in (await person.get(HERE)).text
    assert "The proposal has its new title." in (await ann.send(page.form("/title"))).text


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("", "Write the title."),
        ("x" * 151, "The title has 151 characters."),
        ("Ring 01632 960001", "Leave out what points to a person"),
    ],
)
async def test_what_is_wrong_is_said_and_kept(ann: Person, title: str, says: str) -> None:
    page = await rename(ann, title)
    assert page.status == 422
    assert says in page.text
    assert page.form("/title").fields["title"] == title


async def test_an_agreed_one_keeps_its_title(ann: Person, person: Person, stored: Stored) -> None:
    form = (await ann.get(FORM)).form("/title")
    await stored.change(Proposal, state=ProposalState.AGREED)
    page = await ann.send(form, title="Something else")
    assert page.status == 403
    assert "Something else" not in (await person.get(HERE)).text
