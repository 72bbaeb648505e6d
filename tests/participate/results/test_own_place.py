"""The viewer's own place: for them alone, and no finer than what is published."""

import re
from typing import Any

from quart import Quart

from clustering.place import place
from deliberation.opinion.opinion_map import newest_published, published_axes
from participate.pictures.frame import frame_of
from participate.settings import Settings
from tests.participate.results.hall import MAP, plain, vote_as
from tests.people import Person


async def test_my_place_is_shown_to_me_alone(
    app: Quart, settings: Settings, person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    before = plain(await Person(app).get(MAP))
    answers = {number: (1 if number == 1 or number % 2 == 1 else -1) for number in range(1, 9)}
    await vote_as(app, settings, person, dict(list(answers.items())[:5]))
    some = await person.get(MAP)
    assert "After 2 more votes we can show where you stand." in some.text
    assert "You are here" not in some.html
    await vote_as(app, settings, person, dict(list(answers.items())[5:]))
    mine = await person.get(MAP)
    assert "You are here" in mine.html
    assert mine.text.count("You are most likely in this group") == 1
    # I vote as people of the second planted group do, who are the smaller one, hence B.
    assert re.search(r"Group B .{0,700}You are most likely in this group \(more than 9 in 10\)", mine.text)
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert plain(await Person(app).get(MAP)) == before
    assert "You are" not in before


async def test_my_place_is_told_no_finer_than_the_published_hexagons(
    app: Quart, settings: Settings, held: Any, analyse: Any
) -> None:
    """Whoever casts ballots of their own making learns the grid, never the axes behind it."""
    number = await held()
    await analyse(number)
    async with app.extensions["database"].reading() as session:
        published = await newest_published(session, number)
        axes = await published_axes(session, number)
    picture = published.content["map"]
    frame = frame_of(picture["hexagons"], picture["size"])
    may_be = {frame.percent(*_middle(q, r, picture["size"]), inset=7) for q, r in NEAR}
    likes = {n: 1 if n % 2 else -1 for n in range(1, 13)}
    pins, places = [], []
    for changed in range(1, 7):
        answers = {**likes, changed: 0}
        places.append(place(axes, {axes.statement_ids[n - 1]: value for n, value in answers.items()}))
        somebody = Person(app)
        await vote_as(app, settings, somebody, answers)
        page = await somebody.get(MAP)
        pin = re.search(r'<svg class="you" x="([^"]*)" y="([^"]*)"', page.html)
        pins.append(pin.groups())
        for raw in frame.percent(*places[-1], inset=7):
            assert raw not in page.html or raw in pins[-1]
    assert set(pins) <= may_be
    assert len(set(places)) == 6
    assert len(set(pins)) < 4


NEAR = [(q, r) for q in range(-40, 41) for r in range(-40, 41)]


def _middle(q: int, r: int, size: float) -> tuple[float, float]:
    """The centre of a hexagon by its axial place, pointy-topped."""
    return size * 3**0.5 * (q + r / 2), size * 1.5 * r
