"""Help, and what the law wants said."""

from tests.browser.conftest import Served, Visitor
from tests.browser.state import State, at, signed_in

HELP, ABOUT = "help/", "about/"


def opens_every_answer(visitor: Visitor, served: Served) -> int:
    status = visitor.goto("/help")
    for summary in visitor.page.locator("summary").all():
        summary.click()
    return status


def opens_every_licence(visitor: Visitor, served: Served) -> int:
    status = visitor.goto("/about/licences")
    for summary in visitor.page.locator("summary").all():
        summary.click()
    return status


HELP_STATES = [
    State("help", HELP + "index.html", "Choose what you came to do", at("/help")),
    State("help-answers", HELP + "index.html", "No. Open a question and press a button", opens_every_answer),
    State("help-taking-part", HELP + "taking_part.html", "Rules for taking part", at("/help/taking-part")),
    State("help-officials", HELP + "officials.html", "What equal terms mean", at("/help/officials")),
    State("help-facilitators", HELP + "facilitators.html", "Ask a question", at("/help/facilitators")),
    State(
        "help-researchers", HELP + "researchers.html", "What the data cannot tell", at("/help/researchers")
    ),
    State("help-signed-in", HELP + "index.html", "Quick answers", signed_in("/help")),
    State("about", ABOUT + "about.html", "What it cannot do", at("/about")),
    State("privacy", ABOUT + "privacy.html", "Those who run the computers could", at("/privacy")),
    State("accessibility", ABOUT + "accessibility.html", "What was not tested", at("/accessibility")),
    State("cookies", ABOUT + "cookies.html", "Its three parts", at("/cookies")),
    State("licences", ABOUT + "licences.html", "What runs on the server", opens_every_licence),
]
