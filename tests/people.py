"""Stand-ins for what a test needs around the application: a clock, and somebody with a browser."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from quart import Quart, Response

INPUT = re.compile(r"<(?:input|button|textarea)\b[^>]*>(?:([^<]*)</textarea>)?", re.I)
FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<inside>.*?)</form>", re.S | re.I)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


ANSWERING = {
    "controller": "Avonmere Shared Spaces",
    "contact": "help@avonmere.example",
    "phone": "01632 960 123, Monday to Friday",
    "complaints": "complaints@avonmere.example",
}
"""The settings of somebody made up who answers for an installation, as production asks."""
ANSWERING_VARIABLES = {f"PARTICIPATE_{name.upper()}": value for name, value in ANSWERING.items()}


@dataclass
class Clock:
    """Call it for the time; move it by `pass_`."""

    time: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **how_long: float) -> None:
        self.time += timedelta(**how_long)


@dataclass
class Form:
    """A form as a page shows it: where it goes, and the fields that are filled in already."""

    action: str
    fields: dict[str, str]
    html: str


@dataclass
class Page:
    status: int
    html: str
    headers: Any
    path: str

    @property
    def text(self) -> str:
        """The words of the page without its tags."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", self.html)))

    def forms(self) -> list[Form]:
        return [_form(match, self.path) for match in FORM.finditer(self.html)]

    def form(self, ending: str) -> Form:
        """The form whose address ends so. Raises LookupError with those there are."""
        for form in self.forms():
            if form.action.split("?")[0].endswith(ending):
                return form
        raise LookupError(
            f"no form for {ending!r} on {self.path}; there are {[f.action for f in self.forms()]}"
        )


def _form(match: re.Match[str], path: str) -> Form:
    action = dict(ATTRIBUTE.findall(match["attributes"])).get("action", path)
    fields: dict[str, str] = {}
    for tag in INPUT.finditer(match["inside"]):
        attributes = dict(ATTRIBUTE.findall(tag[0].split(">")[0]))
        if attributes.get("name") and not tag[0].lower().startswith("<button"):
            if attributes.get("type") in ("radio", "checkbox") and "checked" not in attributes:
                continue
            fields[attributes["name"]] = unescape(attributes.get("value", tag[1] or ""))
    return Form(unescape(action), fields, match["inside"])


@dataclass
class Person:
    """Somebody with a browser without scripts, over the application itself."""

    app: Quart
    address: str = "198.51.100.7"
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    async def _page(self, response: Response, path: str) -> Page:
        return Page(response.status_code, (await response.get_data(as_text=True)), response.headers, path)

    async def get(self, path: str, **headers: str) -> Page:
        response = await self.client.get(path, headers=headers, scope_base=self._scope())
        return await self._page(response, path)

    async def send(self, form: Form, *, follow: bool = True, **fields: Any) -> Page:
        """Press the form's button, with these fields changed; follows a redirect as browsers do."""
        return await self.post(form.action, {**form.fields, **fields}, follow=follow)

    async def post(
        self, path: str, fields: dict[str, Any], *, follow: bool = True, headers: dict[str, str] | None = None
    ) -> Page:
        response = await self.client.post(
            path,
            form=fields,
            headers={"Origin": "http://localhost", **(headers or {})},
            scope_base=self._scope(),
        )
        if follow and response.status_code == 303:
            # A browser keeps the part after the sign to itself.
            return await self.get(response.headers["Location"].partition("#")[0])
        return await self._page(response, path)

    async def json(self, path: str, document: Any, **headers: str) -> tuple[int, Any]:
        response = await self.client.post(
            path, json=document, headers={"Origin": "http://localhost", **headers}, scope_base=self._scope()
        )
        return response.status_code, await response.get_json()

    def _scope(self) -> dict[str, Any]:
        return {"client": (self.address, 40000)}
