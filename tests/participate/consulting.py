"""A facilitator makes `/spaces/avonmere/opening-hours` by the pages, and what the database then has."""

from typing import Any

from quart import Quart
from sqlmodel import select

from deliberation.opinion.statements import Statement
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import Consultation, consultation_named
from participate.devices import Device, form_token
from tests.framing import BACKGROUND
from tests.people import Form, Page, Person

KINDS = "/spaces/avonmere/facilitate/new"
NEW = f"{KINDS}/improve-service"
HOURS = "/spaces/avonmere/opening-hours"
RUN = f"{HOURS}/facilitate"
REASONS = "We ask because *much* can change there, and because so many people have asked us to do it."
WORDS = {
    "title": "Opening hours",
    "question": "When should the surgery be open?",
    "background": f"{BACKGROUND} {REASONS}",
    "language": "en",
    "opens": "",
    "closes": "2026-03-29",
    "answer": "2026-05-24",
}
SEEDS = "Open on Saturdays.\n\nOpen until eight.\nAnswer the telephone."


def pressed(form: Form, act: str, **fields: str) -> dict[str, str]:
    """The fields of a form sent by one of its buttons."""
    return {**form.fields, **fields, "act": act}


async def third_screen(flo: Person, **fields: str) -> Page:
    """Fill the second screen and go on."""
    form = (await flo.get(NEW)).form(NEW)
    return await flo.post(NEW, pressed(form, "question", **{**WORDS, **fields}))


async def make(flo: Person, *, seeds: str = SEEDS, keep: str = "", **fields: str) -> Page:
    """All three screens; the run page follows. With `keep="yes"` a seed that points to a person waits."""
    page = await third_screen(flo, **fields)
    return await flo.post(NEW, pressed(page.form(NEW), "make", seeds=seeds, keep=keep))


async def open_it(flo: Person, **fields: str) -> Page:
    """Say what opening asks for, and open it."""
    form = (await flo.get(f"{RUN}/open")).form("/open")
    promise = {"formative": "yes", "time": "", "reasons": "", "account": ""}
    return await flo.send(form, **{**promise, **fields})


async def held(app: Quart) -> Consultation:
    async with app.extensions["database"].reading() as session:
        return (await consultation_named(session, "avonmere", "opening-hours"))[1]


async def statements(app: Quart) -> list[Statement]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(Statement).order_by("id"))).all())


async def acts(app: Quart) -> list[tuple[str, str | None]]:
    async with app.extensions["database"].reading() as session:
        return [(act.kind, act.reason) for act in await session.exec(select(Act).order_by("id"))]


def token_of(somebody: Person) -> str:
    """A form's token, for somebody to whom no page gives the form."""
    (cookie,) = somebody.client.cookie_jar
    device = Device.from_cookie(cookie.value)
    assert device is not None
    return form_token(somebody.app.extensions["settings"].secret_key, device)


async def sent_file(
    flo: Person, path: str, form: Form, content: bytes, name: str = "seeds.csv", **fields: Any
) -> Page:
    """Send a form with a file chosen in it."""
    from io import BytesIO

    from quart.datastructures import FileStorage

    response = await flo.client.post(
        path,
        form={**form.fields, **fields},
        files={"file": FileStorage(BytesIO(content), filename=name, content_type="text/csv")},
        headers={"Origin": "http://localhost"},
    )
    html = await response.get_data(as_text=True)
    return Page(response.status_code, html, response.headers, path)
