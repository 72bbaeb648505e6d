"""The ends of the map's axes: each is named by statements of its own."""

from typing import Any

from participate.results.map_part import apart, clipped
from tests.people import Person


def test_a_statement_names_one_end_alone_and_the_first_axis_goes_first() -> None:
    """7 is the strongest to the right and down: it stays at the right, and down takes its next."""
    ends = {"right": [7, 2, 3], "left": [5], "up": [5, 2], "down": [7, 4, 3]}
    assert apart(ends) == {"left": [5], "right": [7, 3], "up": [2], "down": [4]}


def test_an_end_with_nothing_of_its_own_has_no_words() -> None:
    assert apart({"right": [1], "down": [1]}) == {"right": [1], "down": []}
    assert apart({}) == {}


async def test_no_statement_is_told_at_two_ends_of_the_page(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held())
    html = (await person.get("/spaces/town/hall/map")).html
    directions = html.partition('<dl class="directions">')[2].partition("</dl>")[0]
    told = [piece.partition(")")[0] for piece in directions.split("” (")[1:]]
    assert len(told) > 1
    assert len(set(told)) == len(told)


def test_a_text_that_is_cut_ends_in_a_word_that_says_something() -> None:
    said = "I would rather stay a night longer than go home to an empty house."
    assert clipped(said, 57) == "I would rather stay a night longer than go home…"
    assert clipped("Short.", 57) == "Short"
