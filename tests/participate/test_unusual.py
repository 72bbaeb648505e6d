"""The page on unusual voting: what it says, and that it says nothing of a few people or of any vote."""

from typing import Any

from quart import Quart

from deliberation.opinion.opinion_map import PublishedMap
from deliberation.opinion.screenings import replace_screening
from tests.participate.consulting import RUN, held, make, open_it
from tests.people import Clock, Page

PAGE = f"{RUN}/unusual"
NOBODY: dict[str, Any] = {
    "timed": True,
    "people": None,
    "kinds": {"straight": None, "twins": None, "burst": None},
    "wave": None,
    "beside": None,
}
SAME: dict[str, list[int]] = {"go": [], "come": []}
SOME = {
    "timed": True,
    "people": 25,
    "kinds": {"straight": 10, "twins": None, "burst": 15},
    "wave": {"came": 40, "usual": None},
    "beside": {
        "enough": True,
        "groups": [2, 2],
        "sizes": {"A": "same", "B": "half"},
        "agree": {"go": [1], "come": [2, 3]},
        "disagree": SAME,
        "differ": SAME,
    },
}


def _content() -> dict[str, Any]:
    texts = ["Open on Saturdays.", "Open until eight.", "Answer the telephone."]
    return {
        "groups": [{"id": "A", "size": 60}, {"id": "B", "size": 45}],
        "agree": [1],
        "disagree": [],
        "differ": [],
        "statements": [
            {"number": number, "text": text, "language": "en"} for number, text in enumerate(texts, 1)
        ],
    }


async def _page(app: Quart, cast: Any, clock: Clock, screening: dict[str, Any], result: int = 1) -> Page:
    """The page of a consultation whose first result is published, with what the screen said."""
    await make(cast.flo)
    await open_it(cast.flo)
    consultation_id = (await held(app)).id
    assert consultation_id is not None
    async with app.extensions["database"].transaction() as session:
        session.add(
            PublishedMap(consultation_id=consultation_id, number=1, published_at=clock(), content=_content())
        )
        await replace_screening(session, consultation_id, result, screening)
    page: Page = await cast.flo.get(PAGE)
    return page


async def test_before_a_result_nothing_is_said(cast: Any) -> None:
    await make(cast.flo)
    assert "Nothing is said yet." in (await cast.flo.get(PAGE)).text
    assert PAGE not in (await cast.flo.get(RUN)).html
    await open_it(cast.flo)
    assert PAGE in (await cast.flo.get(RUN)).html


async def test_nobody_and_a_few_read_alike(app: Quart, cast: Any, clock: Clock) -> None:
    page = await _page(app, cast, clock, NOBODY)
    assert page.text.count("Nobody, or fewer than 8 people") == 3
    assert "or so little that it may not be told" in page.text
    assert "The result with them and without" not in page.text


async def test_what_was_noticed_stands_beside_the_result_without_it(
    app: Quart, cast: Any, clock: Clock
) -> None:
    page = await _page(app, cast, clock, SOME)
    for words in (
        "About 25 people voted in a way that is hardly to be expected.",
        "Nobody was removed.",
        "The same answer to everything About 10 people",
        "Copies of a ballot Nobody, or fewer than 8 people",
        "About 15 people. About 40 came within the hour, where fewer than 8 usually do",
        "How many groups 2 groups The same",
        "Group A About 60 people About as large",
        "Group B About 45 people Less than half as large",
        "1 statement 1 statement fewer, 2 statements more",
        "Not there any more: 1. Open on Saturdays.",
        "There instead: 2. Open until eight. 3. Answer the telephone.",
    ):
        assert words in page.text, words


async def test_too_few_left_and_times_unknown_are_said(app: Quart, cast: Any, clock: Clock) -> None:
    screening = {**SOME, "timed": False, "wave": None, "beside": {"enough": False}}
    page = await _page(app, cast, clock, screening)
    assert "Without them too few people are left for a result." in page.text
    assert "Not looked for: it is not known when people came" in page.text


async def test_what_was_said_with_another_result_is_not_shown(app: Quart, cast: Any, clock: Clock) -> None:
    page = await _page(app, cast, clock, SOME, result=2)
    assert "Nothing is said yet." in page.text
