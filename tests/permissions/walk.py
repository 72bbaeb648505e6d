"""Asking every route as everybody, everywhere, and telling in one letter what came back."""

from collections.abc import Iterator
from typing import Any

from quart import Quart
from quart.testing.connections import WebsocketDisconnectError

from deliberation.drafting.clauses import words_hash
from deliberation.opinion.voting import Shown
from participate.exposures import Form, sealed
from tests.people import Person
from tests.permissions.world import PEOPLE, PLACES, World

SAMPLES = {
    "number": 1, "statement": 1, "invitation": 1, "kind": "blank", "name": "datapackage.json",
    "link": "x" * 43, "code": "aaaaa-aaaaa-aaaaa-aaaaa", "language": "en", "decision": 2,
    "version": 1, "key": "1", "membership": 1, "comment": 1, "who": "member",
    "evidence": 1, "proposal": 1, "clause": 1, "suggestion": 4,
}  # fmt: skip
FIELDS: dict[str, dict[str, str]] = {
    "vote": {"statement": "1", "vote": "agree"},
    "undo": {"statement": "1", "clause": "1"},
    "report": {"reason": "abusive"},
    "join": {"has": "none"},
    "remove": {"reason": "abusive"},
    "comments": {"text": "It is good.", "stance": "for", "language": "en"},
    "answer": {"words": "We do it from the first of May.", "language": "en"},
    "add": {"words": "We do it by then.", "language": "en", "due_on": "2027-05-01"},
    "set-aside": {"reason": "The surgery is rented on that day."},
    "new": {"title": "Going home with a plan", "language": "en", "outline": "change"},
}
"""What a form needs for its verb to be asked at all, by the last part of its address."""

BALLOT = {"statement_id": 1, "vote": "agree"}
IN, REFUSED, ABSENT = "in", "refused", "absent"


def routes(app: Quart) -> Iterator[tuple[str, str]]:
    """(method, rule) of every route that a view of ours answers."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if hasattr(app.view_functions[rule.endpoint], "permits"):
            methods = {"WS"} if rule.websocket else (rule.methods or set()) - {"HEAD", "OPTIONS"}
            for method in sorted(methods):
                yield method, rule.rule


def address(rule: str, place: str) -> str:
    """The address of a rule at a place."""
    space, consultation = PLACES[place]
    values: dict[str, Any] = {**SAMPLES, "space": space, "consultation": consultation}
    if rule.endswith("/comments"):
        values["decision"] = 3  # the one that people discuss
    if rule.endswith("/settle"):
        values["comment"] = 5  # the one about a clause
    for name, value in values.items():
        for converter in ("", "int:", "path:", "string:"):
            rule = rule.replace(f"<{converter}{name}>", str(value))
    assert "<" not in rule, f"{rule}: give a sample for its part"
    return rule


async def ask(world: World, method: str, path: str, who: str) -> str:
    """What this person gets: let in, refused by a clause, or told that there is nothing."""
    person = world.as_before(who)
    fields = {**FIELDS.get(path.rsplit("/", 1)[-1], {}), **_shown(world.app, path)}
    if path.endswith("/decisions/3/comments"):
        fields |= {"shown": world.discussed}
    if "/decisions/2" in path:
        fields |= {"answer": "yes", "shown": world.shown}
    if method == "WS":
        status = await _opened(person, path)
    elif method == "GET":
        status = (await person.client.get(path)).status_code  # what comes back may be no text
    elif path.startswith("/api/"):
        status, _ = await person.json(path, BALLOT)
    else:
        status = (await person.post(path, {**world.tokens[who], **fields}, follow=False)).status
    assert status < 500 or (path, status) == ("/sign-in", 503), f"{method} {path} as {PEOPLE[who]}: {status}"
    # 503: this installation can send no mail, and says so to everybody.
    assert status not in (400, 415), f"{method} {path} as {PEOPLE[who]}: what was sent was not taken"
    return {403: REFUSED, 404: ABSENT}.get(status, IN)


async def _opened(person: Person, path: str) -> int:
    """The status that a connection stands for: let in, or closed with a number that ends like one."""
    headers = {"Origin": "http://localhost"}
    async with person.client.websocket(path, headers=headers) as socket:
        await socket.send('{"generation": 0, "vector": "AA=="}')
        try:
            await socket.receive()
        except WebsocketDisconnectError as closed:
            return int(closed.args[0]) - 4000
    return 200


def _shown(app: Quart, path: str) -> dict[str, str]:
    """The note that a form of voting carries: how its statement came to be shown, or which words were."""
    if not path.endswith("/vote"):
        return {}
    if "/proposals/" in path:
        return {"clause": "1", "hash": words_hash("First", "First words.", "en")}
    _, _, space, consultation, _ = path.split("/")
    key, moment = app.extensions["settings"].secret_key, app.extensions["clock"]()
    return {"exposure": sealed(key, Form(space, consultation, 1), Shown(0.5, 7, None), moment)}


async def row(world: World, method: str, rule: str) -> str:
    """One line of the table: the route, and by place who is let in (`-` nobody) or `0` for nothing there."""
    cells = []
    for place in PLACES if "<space>" in rule else ("own",):
        got = {who: await ask(world, method, address(rule, place), who) for who in PEOPLE}
        let_in = "".join(who for who in PEOPLE if got[who] == IN)
        absent = "".join(who for who in PEOPLE if got[who] == ABSENT)
        cell = "all" if let_in == "".join(PEOPLE) else let_in or "-"
        cells.append(
            f"{place}={cell if not absent else '0' if len(absent) == len(PEOPLE) else f'{cell},0:{absent}'}"
        )
    return f"{method:4} {rule:70} {' '.join(cells)}"
