"""Whether the program is alive, and whether it is ready to serve."""

from collections.abc import Sequence
from datetime import timedelta

from quart import Blueprint, jsonify
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.opinion.routed import evenly_routed
from deliberation.running.jobs import JobState, counts, last_seen
from deliberation.running.outbox import is_late
from participate.access import permits
from participate.current import database, now, settings
from participate.mail_server import can_send

pages = Blueprint("health", __name__)

WORKER_MISSED = timedelta(minutes=5)


@pages.get("/healthz")
@permits(Action.READ_HEALTH, in_verb=True)
async def alive() -> ResponseReturnValue:
    """Answers as long as the process does; touches nothing."""
    return jsonify(status="ok")


@pages.get("/readyz")
@permits(Action.READ_HEALTH, in_verb=True)
async def ready() -> ResponseReturnValue:
    """Answers 200 when the database does, else 503. A missing worker is told, but votes do not need one.

    Of the jobs only those that failed are counted: one that waits or runs would tell of a vote just cast.
    Of letters only that some are late: one that waits would tell of somebody signing in. Of
    consultations only the numbers of those whose statements are drawn evenly against the answers: no name.
    """
    try:
        async with database().reading() as session:
            seen = await last_seen(session)
            jobs = await counts(session)
            late = await is_late(session, now=now())
            even = await evenly_routed(session)
    except Exception:
        return jsonify(status="unavailable", database="does not answer"), 503
    missed = seen is None or now() - seen > WORKER_MISSED
    return jsonify(
        status="ok",
        database="ok",
        worker="not seen" if missed else "ok",
        worker_seen_at=seen.isoformat() if seen else None,
        failed_jobs=jobs[JobState.FAILED],
        mail=_mail(late),
        routing=_routing(even),
    )


def _routing(even: Sequence[int]) -> str:
    if not even:
        return "ok"
    return f"even: see the worker's log; consultations {', '.join(map(str, even))}"


def _mail(late: bool) -> str:
    if not can_send(settings()):
        return "not set up: set PARTICIPATE_SMTP_URL and PARTICIPATE_MAIL_SENDER"
    return "late: see the worker's log" if late else "ok"
