"""Everybody beside those who count for the headline: on the pages, in the twin, and in the files."""

import csv
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from deliberation.opinion.loading import LoadedParticipant, LoadedVote, load_participants, load_votes
from deliberation.opinion.statements import open_statements
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation, consultation_named
from participate.who_may_vote import KNOWN
from tests.crowds import START
from tests.participate.results.hall import HALL, MAP
from tests.people import Person

Known = Callable[..., Awaitable[None]]
MAP_TWIN = "/api/v1/spaces/town/hall/map"
NAME = "Signed in, invited or helped"


@pytest.fixture
def known(app: Quart) -> Known:
    """Let those who are known count first, and of each so many people one be known."""

    async def settle(one_in: int = 2) -> None:
        async with app.extensions["database"].transaction() as session:
            (held,) = (await session.exec(select(Consultation))).all()
            held.headline = [one.value for one in KNOWN]
            for place, person in enumerate(
                (await session.exec(select(Participant).order_by(Participant.id))).all()  # type: ignore[arg-type]
            ):
                person.attestation = "open" if place % one_in else "email"

    return settle


@pytest.fixture
def come(app: Quart) -> Callable[[int, int], Awaitable[None]]:
    """Let so many known and so many other people come, who agree with everything."""

    async def arrive(first: int, others: int) -> None:
        async with app.extensions["database"].transaction() as session:
            space, held = await consultation_named(session, "town", "hall")
            assert space.id is not None
            people = [LoadedParticipant(f"new {n}", START) for n in range(first + others)]
            ids = await load_participants(session, space.id, people)
            for number in list(ids.values())[:first]:
                person = await session.get(Participant, number)
                assert person is not None
                person.attestation = "email"
            statements = await open_statements(session, held.id or 0)
            votes = [LoadedVote(who, one.id, 1, START, "p/1") for who in ids.values() for one in statements]
            await load_votes(session, votes)

    return arrive


async def twin(person: Person) -> Any:
    return json.loads((await person.get(MAP_TWIN)).html)


async def test_both_stand_on_every_page_in_the_twin_and_in_the_files_the_headline_first(
    person: Person, held: Any, analyse: Any, known: Known
) -> None:
    number = await held()
    await known()
    await analyse(number)
    page = await person.get(MAP)
    headline = (
        f"{NAME}: about 55 people. Most of them agree on one thing. In all, about 105 people have voted."
    )
    assert headline in page.text
    assert f"“{NAME}” means that an address, a link or a helper is known, not who people are." in page.text
    table = page.html[page.html.index('id="side-by-side"') :]
    assert table.index(f">{NAME}</th>") < table.index(">Everybody</th>")
    assert table.count(f'data-label="{NAME}"') == 10
    one = await person.get(f"{HALL}/statements/2")
    rows = one.html[one.html.index("By what was checked.") :]
    assert rows.index(f'<th scope="row">{NAME}</th>') < rows.index('<th scope="row">Everybody</th>')
    report = await person.get(f"{HALL}/report")
    assert headline in report.text
    assert report.html.count(f'data-label="{NAME}"') == 12
    part = (await twin(person))["attestation"]
    assert (part["shown"], part["result"], part["people"]) == (True, 1, {"all": 105, "attested": 55})
    file = await person.get("/data/town/hall/1/votes-by-attestation.csv")
    rows = list(csv.DictReader(io.StringIO(file.html, newline="")))
    assert len(rows) == 24
    for row in rows:
        said = part["statements"][int(row["statement-id"]) - 1][row["people"]]
        assert [row[name] for name in ("agrees", "disagrees", "passes", "votes")] == [
            "" if said[name] is None else str(said[name])
            for name in ("agrees", "disagrees", "passes", "votes")
        ]


async def test_where_they_may_not_stand_the_page_says_why(
    person: Person, held: Any, analyse: Any, known: Known
) -> None:
    number = await held()
    await known(one_in=6)
    await analyse(number)
    why = "Too few people came in one way or the other, so the two cannot be told apart."
    for address in (MAP, f"{HALL}/statements/2", f"{HALL}/report"):
        page = await person.get(address)
        assert why in page.text, address
        assert f'data-label="{NAME}"' not in page.html
    assert "About 105 people have voted. They form two groups." in (await person.get(MAP)).text
    part = (await twin(person))["attestation"]
    assert (part["shown"], part["statements"], part["people"]) == (False, [], None)
    file = await person.get("/data/town/hall/1/votes-by-attestation.csv")
    assert file.html.count("\n") == 1


async def test_nothing_stands_beside_everybody_where_everybody_counts(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(MAP)
    assert "Side by side" not in page.text
    assert "Anybody may vote. Nobody’s identity is checked, nor whether they use two devices." in page.text
    assert (await twin(person))["attestation"] is None
    assert (await person.get("/data/town/hall/1/votes-by-attestation.csv")).status == 404


@pytest.mark.parametrize(("first", "others", "result"), [(3, 9, 1), (0, 12, 2)])
async def test_a_pair_is_renewed_once_enough_of_each_kind_have_changed(
    person: Person, held: Any, analyse: Any, known: Known, come: Any, first: int, others: int, result: int
) -> None:
    number = await held()
    await known()
    await analyse(number)
    before = (await twin(person))["attestation"]
    await come(first, others)
    await analyse(number)
    now = await twin(person)
    assert now["number"] == 2
    assert now["attestation"]["result"] == result
    page = await person.get(MAP)
    if result == 1:
        assert now["attestation"] == before
        assert "These two are from" in page.text
        assert "/data/town/hall/1/" in page.html
    else:
        assert "These two are from" not in page.text


async def test_two_small_steps_add_up_to_one_renewal(
    person: Person, held: Any, analyse: Any, known: Known, come: Any
) -> None:
    """Six and six of each kind: no pair after the first step, one after the second."""
    number = await held()
    await known()
    await analyse(number)
    results = []
    for step in (6, 12):
        await come(step, step)
        await analyse(number)
        results.append((await twin(person))["attestation"]["result"])
    assert results == [1, 3]
