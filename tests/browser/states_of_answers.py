"""What bodies answer: due, overdue, given, and the form of a delegate."""

from collections.abc import Callable
from datetime import timedelta

from charters.agreements import Kind
from charters.states import Standing
from deliberation.publishing.answers import BodyAnswer
from deliberation.spaces.consultations import Consultation, consultation_named
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.browser.conftest import Served
from tests.browser.state import EVENINGS, Arrival, State, at, change, pressing, signed_in
from tests.chartering import agree, charter_of, join_body

ANSWERS, PATH = "answering/answers.html", f"{EVENINGS}/answers"
DELEGATE = "dan@example.org"


def ended(days: int, *, answered: bool = False) -> Callable[[Served], None]:
    """The valley under a signed charter, where voting on evenings ended so many days ago."""

    def prepare(served: Served) -> None:
        now = served.clock()
        change(Space, slug="avonmere", standing=Standing.RATIFIED)(served)
        change(
            Consultation,
            slug="evenings",
            opens_at=now - timedelta(days=days + 30),
            closes_at=now - timedelta(days=days),
        )(served)

        async def act(database: Database) -> None:
            async with database.transaction() as session:
                space, held = await consultation_named(session, "avonmere", "evenings")
                begins = now - timedelta(days=days + 90)
                await agree(
                    session, space, charter_of("avonmere", begins.date()), Kind.ADOPT_CHARTER, now=begins
                )
                await join_body(session, space, "dan", since=begins)
                if answered:
                    words = "From May the surgery is **open until eight** on two days."
                    session.add(
                        BodyAnswer(
                            consultation_id=held.id or 0,
                            body="ods:XX1",
                            words=words,
                            language="en",
                            given_at=now - timedelta(days=1),
                        )
                    )

        served.do(act)

    return prepare


def writing(path: str) -> Arrival:
    return signed_in(path, address=DELEGATE)


ANSWER_STATES = [
    State("answers-none", ANSWERS, "Nothing is owed yet", at(PATH)),
    State("answers-due", ANSWERS, "Due by", at(PATH), prepare=ended(2)),
    State("answers-overdue", ANSWERS, "Overdue.", at(PATH), prepare=ended(60, answered=True)),
    State("answers-welsh", ANSWERS, "Hwyr.", at(f"{PATH}?lang=cy"), prepare=ended(60)),
    State("answers-form", ANSWERS, "Answer for your body", writing(PATH), prepare=ended(2)),
    State(
        "answers-form-wrong",
        ANSWERS,
        "Write at least 20",
        pressing(PATH, "main form button", arrive=writing, words="We will."),
        status=422,
        prepare=ended(2),
    ),
    State("results-owed", "results/results.html", "Due by", at(f"{EVENINGS}/map"), prepare=ended(2)),
]
