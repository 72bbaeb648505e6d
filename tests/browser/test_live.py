"""Two people write in one clause at once, in two browsers."""

from collections.abc import Callable
from typing import Any

import pytest

from charters.states import Role
from deliberation.people.accounts import account_for
from deliberation.people.memberships import end_service
from participate.db import Database
from tests import waiting
from tests.browser.conftest import Served, Visitor
from tests.browser.states_of_clauses import HERE
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import CLAUSES, written

pytestmark = pytest.mark.browser

FORM = f"{HERE}/clauses/1/change"
PATIENT = 20.0
SAVED = "Saved. Everybody who writes here can see it."


def until(holds: Callable[[], object]) -> None:
    waiting.until(holds, "what others type", PATIENT)


def state(visitor: Visitor) -> str:
    return str(visitor.page.inner_text("[data-state]"))


def together(served: Served, visit: Callable[..., Visitor], **more: Any) -> tuple[Visitor, Visitor]:
    staged(written)(served)
    ann, deepa = visit(**more), visit(**more)
    for name, visitor in (("ann", ann), ("deepa", deepa)):
        by(name, FORM)(visitor, served)
        until(lambda visitor=visitor: state(visitor) == SAVED)
        served.clock.pass_(seconds=1)
    return ann, deepa


def here(visitor: Visitor) -> str:
    return str(visitor.page.inner_text("#live"))


def order(visitor: Visitor) -> list[str]:
    return str(visitor.page.inner_text(".clause-order")).replace("Clause", "").split()


def text(visitor: Visitor) -> str:
    return str(visitor.page.input_value("#text"))


def test_letters_of_both_come_to_both_and_the_cursor_stays(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    ann, deepa = together(served, visit)
    until(
        lambda: "Deepa, Avonmere Trust (Health bodies) is writing here too." in ann.page.inner_text("#live")
    )
    until(lambda: "Ann (People) is writing here too." in deepa.page.inner_text("#live"))
    ann.page.focus("#text")
    ann.page.keyboard.press("Control+End")
    deepa.page.focus("#text")
    deepa.page.keyboard.press("Control+Home")
    for one, other in zip("abcdefgh ŵ😀", "ABCDEFGH ŷ😀", strict=True):
        ann.page.keyboard.insert_text(one)
        deepa.page.keyboard.insert_text(other)
    both = f"ABCDEFGH ŷ😀{CLAUSES[0].text}abcdefgh ŵ😀"
    until(lambda: text(ann) == text(deepa) == both)
    until(lambda: state(ann) == state(deepa) == SAVED)
    assert (
        ann.page.evaluate("document.querySelector('#text').selectionEnd")
        == len(both.encode("utf-16")) // 2 - 1
    )
    for visitor in (ann, deepa):
        assert visitor.axe() == []
    maryam = visit()
    by("maryam", HERE)(maryam, served)
    words = maryam.page.inner_text("#clause-1")
    assert "Being written in just now: Ann (People); Deepa, Avonmere Trust (Health bodies)." in words
    assert maryam.axe() == []
    # Ann puts it into the draft; Deepa's form knows, so her next words clash with nothing.
    assert ann.press("main form .button-main") == 200
    assert "Your words stand in the clause now." in ann.page.inner_text(".status")
    until(lambda: "Nobody else is writing here." in here(deepa))
    deepa.page.keyboard.insert_text("Deepa again: ")
    until(lambda: state(deepa) == SAVED)
    assert deepa.press("main form .button-main") == 200
    words = deepa.page.inner_text("#clause-1 .clause-words")
    assert "Deepa again: " in words
    assert "abcdefgh ŵ😀" in words


def test_what_is_typed_without_a_connection_is_said_to_be_unsaved_and_joins_on_return(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    ann, deepa = together(served, visit)
    ann.page.context.set_offline(True)
    served.do(lambda _: drop_all(served))
    until(lambda: "the connection is lost" in state(ann))
    ann.page.focus("#text")
    ann.page.keyboard.press("Control+End")
    ann.page.keyboard.type(" Written away.")
    until(lambda: state(deepa) == SAVED)
    deepa.page.focus("#text")
    deepa.page.keyboard.press("Control+Home")
    deepa.page.keyboard.type("Meanwhile. ")
    until(lambda: state(deepa) == SAVED)
    assert "Not saved yet" in state(ann)
    assert "Written away." not in text(deepa)
    ann.page.context.set_offline(False)
    until(lambda: text(ann) == text(deepa) == f"Meanwhile. {CLAUSES[0].text} Written away.")
    until(lambda: state(ann) == SAVED)
    # The browser says of itself that it had no connection.
    ann.problems[:] = [one for one in ann.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_whoever_may_write_no_more_is_told_and_keeps_their_words(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    ann, deepa = together(served, visit)

    async def taken_off(database: Database) -> None:
        async with database.transaction() as session:
            account = await account_for(session, "ann@example.org", now=served.clock())
            await end_service(session, 1, account.id or 0, Role.MEMBER, now=served.clock())

    served.do(taken_off)
    served.clock.pass_(minutes=1)
    until(lambda: "You cannot write in this clause any more." in state(ann))
    ann.page.focus("#text")
    ann.page.keyboard.press("Control+Home")
    ann.page.keyboard.type("Mine alone. ")
    deepa.page.focus("#text")
    deepa.page.keyboard.press("Control+Home")
    deepa.page.keyboard.type("Hers. ")
    until(lambda: state(deepa) == SAVED)
    assert text(ann) == f"Mine alone. {CLAUSES[0].text}"
    assert text(deepa) == f"Hers. {CLAUSES[0].text}"
    assert ann.axe() == []


def test_clauses_move_before_the_eyes_of_those_who_write(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    ann, deepa = together(served, visit)
    ann.page.focus("#text")
    ann.page.keyboard.type("Typed. ")
    assert order(ann)[0] == "1"
    before = order(ann)
    ann.page.click("button[value=down]")
    after = [before[1], before[0], *before[2:]]
    for visitor in (ann, deepa):
        until(lambda visitor=visitor: order(visitor) == after)
        assert visitor.axe() == []
    assert text(ann).count("Typed. ") == 1
    until(lambda: text(deepa) == text(ann))


async def drop_all(served: Served) -> None:
    from participate.live.lines import Dropped

    for room in served.app.extensions["live"].rooms.values():
        for line in [*room.lines]:
            line.drop(Dropped.RESTARTED)
