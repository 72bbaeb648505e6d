"""One's own data: what is held, without an account and with one, and taking it back."""

from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS, FACILITATOR, Arrival, State, at, sign_in_link, signed_in

MINE, ERASE, GONE = "my_data/my_data.html", "my_data/erase.html", "my_data/gone.html"
AGREE = "button:text-is('Agree')"
ADD = "button:text-is('Add statement')"


def having_taken_part(path: str, *, opened: bool = False) -> Arrival:
    """Vote twice, write a statement, then go there."""

    def arrive(visitor: Visitor, served: Served) -> int:
        visitor.goto(EVENINGS)
        visitor.press(AGREE)
        visitor.press(AGREE)
        visitor.page.fill("#text", "Open one surgery on bank holidays.")
        visitor.press(ADD)
        status = visitor.goto(path)
        for summary in visitor.page.locator("main summary").all() if opened else ():
            summary.click()
        return status

    return arrive


def erased(path: str) -> Arrival:
    def arrive(visitor: Visitor, served: Served) -> int:
        having_taken_part(path)(visitor, served)
        return visitor.press("main form button")

    return arrive


def corrected(visitor: Visitor, served: Served, name: str = "Fern") -> int:
    visitor.goto(sign_in_link(served, FACILITATOR))
    visitor.press("main button")
    visitor.goto("/me")
    visitor.page.locator("#name").evaluate("field => field.removeAttribute('maxlength')")
    visitor.page.fill("#name", name)
    return visitor.press("button:text-is('Keep these')")


MY_DATA_STATES = [
    State("my-data-nothing", MINE, "You have not voted or written anything yet", at("/me")),
    State("my-data-device", MINE, "Your votes: 2", having_taken_part("/me")),
    State("my-data-opened", MINE, "Open one surgery on bank holidays", having_taken_part("/me", opened=True)),
    State("my-data-welsh", MINE, "Fy nata", having_taken_part("/me?lang=cy", opened=True)),
    State("my-data-account", MINE, "You are signed in as", signed_in("/me")),
    State("my-data-corrected", MINE, "Your changes are kept", corrected),
    State(
        "my-data-name-too-long",
        MINE,
        "Shorten it to 120",
        lambda visitor, served: corrected(visitor, served, "x" * 121),
        status=422,
    ),
    State(
        "my-data-part-erased", MINE, "Your part in that space is erased", erased("/me/erase?space=avonmere")
    ),
    State(
        "erase-part", ERASE, "Delete my part in this space?", having_taken_part("/me/erase?space=avonmere")
    ),
    State("erase-everything", ERASE, "What goes at once", having_taken_part("/me/erase")),
    State("erase-account", ERASE, "Your account with its address", signed_in("/me/erase")),
    State(
        "erase-nothing",
        ERASE,
        "Nothing is held about you here",
        lambda v, s: (v.goto("/me"), v.goto("/me/erase"))[1],
    ),
    State("erased-everything", GONE, "Nothing that we hold points to you", erased("/me/erase")),
]


def with_words(path: str = "/me/code") -> Arrival:
    def arrive(visitor: Visitor, served: Served) -> int:
        having_taken_part(path)(visitor, served)
        return visitor.press("main form button")

    return arrive


def uses(words: str) -> Arrival:
    def arrive(visitor: Visitor, served: Served) -> int:
        visitor.goto("/me/code/use")
        visitor.page.fill("#words", words)
        visitor.page.check("input[name=deed][value=move]")
        return visitor.press("main form button")

    return arrive


WORDS = "acorn bridge candle dairy eagle fern"
CODE, USE = "my_data/code.html", "my_data/use_code.html"

MY_DATA_STATES += [
    State("code-nothing", CODE, "There is nothing to bring back yet", at("/me/code")),
    State("code-ask", CODE, "Show me six words", having_taken_part("/me/code")),
    State("code-shown", CODE, "They are shown only once", with_words()),
    State("code-signed-in", CODE, "You are signed in, so you need no words", signed_in("/me/code")),
    State("code-use", USE, "The six words, in their order", at("/me/code/use")),
    State("code-use-welsh", USE, "Y chwe gair", at("/me/code/use?lang=cy")),
    State("code-misspelt", USE, "stands in no code", uses(WORDS.replace("bridge", "bridgge")), status=422),
    State(
        "code-unknown",
        USE,
        "These words lead to nothing",
        uses(WORDS),
        status=422,
    ),
]
