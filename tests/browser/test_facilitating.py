"""A facilitator's way in a browser: few screens, few fields, by keyboard, without scripts, narrow."""

import re
from collections.abc import Callable

import pytest
from sqlmodel import select

from charters.states import Phase
from deliberation.spaces.consultations import Consultation, phase_of
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import SPACE, change, sign_in_link
from tests.framing import BACKGROUND

pytestmark = pytest.mark.browser

HERE = f"{SPACE}/opening-hours"
RUN = f"{HERE}/facilitate"
MOST_SCREENS, MOST_FIELDS = 3, 5


@pytest.fixture
def served(valley: Served) -> Served:
    """These ways lead through the demonstration."""
    return valley


def held(served: Served) -> Consultation:
    async def read(database: Database) -> Consultation:
        async with database.reading() as session:
            query = select(Consultation).where(Consultation.slug == "opening-hours")
            return (await session.exec(query)).one()

    found: Consultation = served.do(read)
    return found


def fit(visitor: Visitor, *, scripts: bool) -> None:
    """What every page must be after every act; axe itself needs scripts."""
    assert visitor.page.locator("h1").count() == 1
    assert not visitor.scrolls_sideways()
    assert visitor.small_targets() == []
    if scripts:
        assert visitor.axe() == []


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, False)])
def test_three_screens_and_five_fields_lead_to_a_link_that_can_be_shared(
    served: Served, visit: Callable[..., Visitor], width: int, scripts: bool
) -> None:
    fern = visit(width=width, scripts=scripts)
    page, screens, needed = fern.page, 0, 0

    def screen() -> None:
        """Count this screen, and the fields that must be filled in it."""
        nonlocal screens, needed
        screens += 1
        needed += page.locator("main [required]").count()
        fit(fern, scripts=scripts)

    fern.goto(sign_in_link(served))
    fern.press("main button")
    fern.press("text=New consultation")
    screen()
    fern.press("text=Choose “Make a service better”")
    screen()
    page.fill("#question", "When should the surgery be open?")
    page.fill("#title", "Opening hours")
    page.fill("#background", BACKGROUND)
    fern.press("text=Go on to the first statements")
    screen()
    page.fill("#seeds", "Open on Saturdays.\nOpen until eight.")
    fern.press("text=See how it will look")
    assert page.locator(".look .vote").count() == 3
    page.locator(".look .vote").first.click(force=True)
    assert "Step 3 of 3" in page.inner_text("main")
    fit(fern, scripts=scripts)
    fern.press("text=Make the consultation")
    assert f"{served.address}{HERE}" in page.inner_text("main")
    assert screens <= MOST_SCREENS
    assert 0 < needed <= MOST_FIELDS
    fit(fern, scripts=scripts)
    citizen = visit(width=width, scripts=scripts)
    assert citizen.goto(HERE) == 200
    assert "Not open yet" in citizen.page.inner_text("main")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_facilitator_holds_a_consultation_without_scripts(
    served: Served, visit: Callable[..., Visitor], width: int
) -> None:
    fern, citizen = visit(width=width, scripts=False), visit(width=width, scripts=False)
    page = fern.page
    fern.goto(sign_in_link(served))
    fern.press("main button")
    fern.goto(f"{SPACE}/facilitate/new/blank")
    page.fill("#question", "When should the surgery be open?")
    page.fill("#title", "Opening hours")
    page.fill("#background", BACKGROUND)
    page.fill("#closes", "2026-03-29")
    page.fill("#answer", "2026-05-24")
    fern.press("text=Go on to the first statements")
    fern.press("text=Back to the question")
    assert page.input_value("#title") == "Opening hours"
    fern.press("text=Go on to the first statements")
    page.fill("#seeds", "Open on Saturdays.\nOpen until eight.")
    fern.press("text=Make the consultation")
    fern.press("text=Check and open")
    fern.press("text=Open the consultation")
    assert "Something needs changing" in page.inner_text("main")
    page.check("#formative")
    page.fill("#reasons", "The leaflet that everybody has says the rest.")
    fern.press("text=Open the consultation")
    fit(fern, scripts=False)
    citizen.goto(HERE)
    citizen.press("button[value=agree]")
    fern.goto(f"{RUN}/days")
    page.fill("#pause_reason", "We are mending a fault in the pages.")
    fern.press("text=Pause voting")
    assert citizen.press("button[value=agree]") == 403
    citizen.goto(HERE)
    assert "We are mending a fault in the pages." in citizen.page.inner_text("main")
    fit(citizen, scripts=False)
    fern.press("text=Let voting go on now")
    fern.goto(f"{RUN}/notice")
    page.fill("#notice", "Come to the library on Monday.")
    fern.press("text=Keep the notice")
    citizen.goto(HERE)
    assert "Come to the library on Monday." in citizen.page.inner_text("main")
    fern.goto(f"{RUN}/days")
    fern.press("text=Close the consultation")
    citizen.goto(HERE)
    assert "Voting is closed" in citizen.page.inner_text("main")
    fern.press("text=Undo the close")
    assert phase_of(held(served), served.clock()) is Phase.OPEN
    fit(fern, scripts=False)


def test_the_three_screens_go_by_keyboard_alone(served: Served, visit: Callable[..., Visitor]) -> None:
    fern = visit()
    page = fern.page
    fern.goto(sign_in_link(served))
    fern.press("main button")
    fern.goto(f"{SPACE}/facilitate/new")

    def tab_to(wanted: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"no Tab leads to {wanted}")

    tab_to("a[href$='new/blank']")
    fern.moved(lambda: page.keyboard.press("Enter"))
    tab_to("#question")
    page.keyboard.type("When should the surgery be open?")
    tab_to("#title")
    page.keyboard.type("Opening hours")
    tab_to("button[value=question]")
    fern.moved(lambda: page.keyboard.press("Enter"))
    tab_to("#seeds")
    page.keyboard.type("Open on Saturdays.")
    tab_to("button[value=make]")
    fern.moved(lambda: page.keyboard.press("Enter"))
    assert "The consultation is made" in page.inner_text("main")
    assert held(served).question == "When should the surgery be open?"


def test_what_is_wrong_takes_the_reader_to_it(served: Served, visit: Callable[..., Visitor]) -> None:
    fern = visit()
    fern.goto(sign_in_link(served))
    fern.press("main button")
    fern.goto(f"{SPACE}/facilitate/new/blank")
    fern.press("text=Go on to the first statements")
    assert fern.page.evaluate("document.activeElement.className").startswith("nhsuk-error-summary")
    fern.page.click("text=Write the question. >> nth=0")
    assert fern.page.evaluate("document.activeElement.id") == "question"
    assert fern.axe() == []


def test_a_poster_is_one_sheet(served: Served, visit: Callable[..., Visitor]) -> None:
    fern = visit()
    fern.goto(sign_in_link(served))
    fern.press("main button")
    change(Consultation, slug="ringing", question=("When should it be open? " * 20).strip())(served)
    for slug, language in (("evenings", "en"), ("evenings", "cy"), ("ringing", "en")):
        fern.goto(f"{SPACE}/{slug}/facilitate/poster?lang={language}")
        sheet = fern.page.pdf(format="A4", print_background=True)
        assert len(re.findall(rb"/Type /Page\b", sheet)) == 1, (slug, language)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_was_done_is_said_beside_its_tick(
    served: Served, visit: Callable[..., Visitor], width: int
) -> None:
    fern = visit(width=width)
    fern.goto(sign_in_link(served))
    fern.press("main button")
    fern.goto(f"{SPACE}/facilitate?done=made")
    tick = fern.page.locator(".status .icon").bounding_box()
    words = fern.page.locator(".status p").bounding_box()
    assert tick is not None
    assert words is not None
    assert 0 < words["x"] - (tick["x"] + tick["width"]) < 20
    assert words["y"] <= tick["y"] + tick["height"] / 2 <= words["y"] + words["height"]
