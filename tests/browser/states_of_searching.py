"""The search: asked, found in many places and in one space, nothing found, and what cannot be looked for."""

from deliberation.searching.searching import AT_ONCE
from tests.both_sides import Cast
from tests.browser.state import State, at
from tests.browser.states_of_decisions import staged
from tests.browser.states_of_proposals import written
from tests.deliberation.searching.conftest import filled

ONE = "searching/search.html"


async def much(cast: Cast) -> None:
    """Something of every kind, a Welsh statement, and more than a page of one word."""
    place = await filled(cast)
    await place.add("Dylai’r tŷ agor tan wyth.", "cy")
    await place.add(f"A word of {'bullfinch' * 20} length.")
    for at_ in range(AT_ONCE + 1):
        await place.add(f"Open on day {at_}, until eight.")


SEARCH_STATES = [
    State("search", ONE, "Words to look for", at("/search")),
    State("search-found", ONE, "Found in", at("/search?q=home")),
    State(
        "search-found-much", ONE, "Numbers 1 to 20", at("/search?q=eight"), prepare=staged(much), empty=True
    ),
    State(
        "search-found-in-a-space",
        ONE,
        "Search in all spaces",
        at("/search/avonmere?q=tŷ"),
        prepare=staged(much),
        empty=True,
    ),
    State(
        "search-found-a-clause",
        ONE,
        "Clause 1 of proposal 1",
        at("/search?q=plan"),
        prepare=staged(written),
        empty=True,
    ),
    State("search-nothing-found", ONE, "Nothing was found", at("/search?q=ostrich")),
    State("search-cannot-be", ONE, "Something needs changing", at("/search?q=of+the"), status=400),
    State("search-in-a-trial", ONE, "Nothing in it is found", at("/search/avonmere?q=evening")),
]
