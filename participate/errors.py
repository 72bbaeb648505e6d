"""One table: exception -> status, code and words. A page for people, one JSON shape for programs.

JSON: `{"error": {"code", "message", "field"?}}`.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from pydantic import ValidationError
from quart import Quart, Response, g, has_request_context, jsonify, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from charters.enforcement import Reason, Refusal, Refused
from charters.versions import BrokenChain
from charters.wording import Words, counted, sentences
from deliberation.errors import EditConflict, Gone, Invalid, NotFound
from deliberation.spaces.days import LONDON, day_in_london
from participate.access import HOME_POLICY
from participate.current import now
from participate.engines import DatabaseAway, DatabaseBusy
from participate.languages import PROGRAMS
from participate.migrating import is_migrating
from participate.security import BODY_LIMIT, CookiesBlocked, CrossSite, StaleForm, UnsupportedBody

log = logging.getLogger("participate")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a page or a program is told: no stack trace, no address, no query.

    A program reads its words in English, a page says them in its own language.
    """

    status: int
    code: str
    title: str
    message: str
    field: str | None = None
    clause: str | None = None
    clause_title: str | None = None
    clause_text: str | None = None
    clause_address: str | None = None
    retry_after: int | None = None


TOO_MANY = frozenset({Reason.TOO_MANY, Reason.TOO_MANY_NEWCOMERS})


def _refused(error: Refused) -> Problem:
    status = 429 if error.reason in TOO_MANY else 403
    wait = _seconds_until(error.refusal.when) if status == 429 else None
    return Problem(
        status,
        error.reason.value,
        Words("Too many at once") if status == 429 else NOT_HERE,
        _with_time(error.refusal, wait),
        clause=error.clause,
        clause_title=error.refusal.clause_title,
        clause_text=error.clause_text,
        clause_address=_address_of(error.clause),
        retry_after=wait,
    )


def _address_of(clause: str) -> str:
    """Where the clause stands: in the charter of the space that was asked, else in the template."""
    space = (request.view_args or {}).get("space") if has_request_context() else None
    if space is not None:
        return url_for("charter.show", space=space, _anchor=clause)
    return url_for("charter_templates.show", name=HOME_POLICY, _anchor=clause)


def _with_time(refusal: Refusal, wait: int | None) -> Words:
    """The sentence, with how long to wait or the day it opens where that is known."""
    if wait is not None:
        return sentences(refusal.sentence, _again(ceil(wait / 60)))
    if refusal.reason is Reason.NOT_OPEN_YET and refusal.when is not None:
        opens = Words("It opens on %(day)s.", day=day_in_london(refusal.when))
        return sentences(refusal.sentence, opens)
    if refusal.reason is Reason.PAUSED and refusal.when is not None:
        time = f"{refusal.when.astimezone(LONDON):%H:%M}"
        goes_on = Words(
            "It goes on by itself: %(day)s, %(time)s.", time=time, day=day_in_london(refusal.when)
        )
        return sentences(refusal.sentence, goes_on)
    return refusal.sentence


def _again(minutes: int) -> Words:
    return counted(
        "You can send it again in a minute.", "You can send it again in about %(n)s minutes.", minutes
    )


def _seconds_until(moment: datetime | None) -> int:
    """How long to wait; a minute where the limit does not say."""
    return 60 if moment is None else max(1, ceil((moment - now()).total_seconds()))


def _invalid(error: Invalid) -> Problem:
    return Problem(422, "invalid", CHANGE, str(error), field=error.field)


def _validation(error: ValidationError) -> Problem:
    """What is wrong with a body that no page of ours sends: in a program's words, so in English."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or None
    return Problem(422, "invalid", CHANGE, f"{field or 'The body'}: {first['msg']}.", field=field)


NOT_HERE = Words("This cannot be done here")
NOT_FOUND = Words("Page not found")
UNREADABLE = Words("This cannot be read")
CHANGE = Words("Something needs changing")
FORM_OR_JSON = Words("Send a form, or JSON as application/json.")

TABLE: dict[type[Exception], Callable[..., Problem]] = {
    Refused: _refused,
    Invalid: _invalid,
    ValidationError: _validation,
    NotFound: lambda error: Problem(404, "not-found", NOT_FOUND, str(error)),
    Gone: lambda error: Problem(410, "gone", Words("This was removed"), str(error)),
    EditConflict: lambda error: Problem(
        409, "conflict", Words("Somebody else changed this first"), str(error)
    ),
    BrokenChain: lambda _: Problem(
        503,
        "broken-charter",
        Words("The charter does not verify"),
        Words(
            "Its versions do not hang together, so nothing can be done in this space. "
            "You can still read what is published. Tell whoever runs this installation."
        ),
    ),
    CrossSite: lambda _: Problem(
        403,
        "cross-site",
        Words("This did not come from our page"),
        Words("Open the page on this site and press the button there."),
    ),
    CookiesBlocked: lambda _: Problem(
        403,
        "cookies-blocked",
        Words("Your browser blocks our cookie"),
        Words(
            "One cookie keeps your votes apart from those of others. Allow cookies for this site, "
            "then press Send again below. What you chose is kept on this page."
        ),
    ),
    StaleForm: lambda _: Problem(
        403,
        "stale-form",
        Words("This page was out of date"),
        Words("It was opened before you signed out or finished on this device. Press Send again below."),
    ),
    UnsupportedBody: lambda _: Problem(415, "unsupported", UNREADABLE, FORM_OR_JSON),
}
BUSY = Problem(
    503,
    "busy",
    Words("Very busy just now"),
    Words("Nothing was lost, but it was not kept either. Wait a moment and send it again."),
    retry_after=5,
)
MIGRATING = Problem(
    503,
    "migrating",
    Words("We are putting in a new version"),
    Words("Nothing is lost. Try again in a few minutes."),
    retry_after=120,
)
WORDS = {
    400: ("bad-request", UNREADABLE, Words("The request is not complete. Go back and try again.")),
    404: ("not-found", NOT_FOUND, Words("Check the address, or start from the front page.")),
    405: ("method", NOT_HERE, Words("Go back to the page and use its buttons.")),
    413: (
        "too-large",
        Words("That was too much"),
        Words("At most %(most)s kB can be sent at once.", most=BODY_LIMIT // 1024),
    ),
    415: ("unsupported", UNREADABLE, FORM_OR_JSON),
}
OTHERWISE = ("error", NOT_HERE, Words("Go back and try again."))


def handle(app: Quart) -> None:
    """Give every exception of the table its page."""
    for kind, explain in TABLE.items():
        app.register_error_handler(kind, _handler(explain))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _handler(explain: Callable[..., Problem]) -> Callable[[Any], Awaitable[ResponseReturnValue]]:
    async def answer(error: Any) -> ResponseReturnValue:
        return await reply(explain(error))

    return answer


async def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    status = error.code or 500
    code, title, message = WORDS.get(status, OTHERWISE)
    return await reply(Problem(status, code, title, message))


async def _database(error: OperationalError) -> ResponseReturnValue:
    """Away, busy, or without a table that this program knows. One that is away is not asked again."""
    known = isinstance(error, (DatabaseAway, DatabaseBusy))
    return await reply(MIGRATING if not known and await is_migrating() else BUSY)


async def _unexpected(error: Exception) -> ResponseReturnValue:
    if await is_migrating():
        log.warning("the database is at another migration than this program: %s", type(error).__name__)
        return await reply(MIGRATING)
    reference = secrets.token_hex(4)
    log.error("failed, reference %s", reference, exc_info=error)
    title = Words("Something went wrong here")
    words = Words(
        "It is not your fault. If you tell us, give this reference: %(reference)s.", reference=reference
    )
    try:
        return await reply(Problem(500, "failed", title, words))
    except Exception as worse:  # the page of errors itself fails: say it without a template
        log.error("the error page failed too, reference %s", reference, exc_info=worse)
        return Response(f"{title}. {words}", 500, content_type="text/plain; charset=utf-8")


async def reply(problem: Problem) -> Response:
    """The page or the JSON for a problem. A page keeps what the person sent, in a form to send again."""
    if not has_request_context():
        return Response(b"", problem.status)  # a connection that is not opened shows nobody a page
    if request.path.startswith(PROGRAMS):
        error = {"code": problem.code, "message": problem.message}
        if problem.field:
            error["field"] = problem.field
        response = jsonify(error=error)
    else:
        again = problem.code in AGAIN
        # What another site sent in somebody's name is not put on a page of ours.
        kept = [] if problem.code == "cross-site" else await _kept(again)
        # Only from what was there and is gone: elsewhere a link would tell what exists unseen.
        place = getattr(g.get("here"), "consultation", None) if problem.status == 410 else None
        html = await render_template(
            "errors/problem.html", problem=problem, kept=kept, again=again, place=place
        )
        response = Response(html, content_type="text/html; charset=utf-8")
    response.status_code = problem.status
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


AGAIN = frozenset(
    {
        "cookies-blocked",
        "stale-form",
        "too-many",
        "too-many-newcomers",
        "paused",
        "busy",
        "migrating",
        "invalid",
    }
)


async def _kept(again: bool) -> list[tuple[str, str]]:
    """The fields that were sent: `again` for a form that sends them again, else for whoever copies them."""
    if request.method != "POST":
        return []
    from participate.current import remember_device  # the reply must carry a cookie for the new form

    try:
        form = await request.form
    except HTTPException:
        return []
    if again:
        remember_device()
    return [(name, value) for name, value in form.items(multi=True) if name != "token"]
