"""What a reader must know before the figures. Nothing here depends on a vote that was just cast."""

from dataclasses import dataclass
from datetime import datetime

from deliberation.opinion.analyses import Cause
from deliberation.running.jobs import Job, JobState
from participate.languages import gettext, number
from participate.views.health import WORKER_MISSED


@dataclass(frozen=True, slots=True)
class Making:
    """Where a consultation's results stand: `closing` is None while nothing is published."""

    closing: bool | None
    over: bool
    job: Job | None
    worker_seen: datetime | None
    least_people: int


def states(making: Making, now: datetime) -> list[str]:
    """Each in a sentence or two."""
    # Whether votes have come in is not told: only what somebody did in public may show here.
    job = making.job
    public = job.state if job is not None and job.payload.get("cause") != Cause.VOTES.value else None
    found = []
    if making.closing is None:
        found.append(_nothing_yet(public, making))
    elif making.over and not making.closing:
        found.append(
            gettext("Voting is over. Too few people changed since the last result, so that one stands.")
        )
    if public is JobState.FAILED:
        found.append(
            gettext("The last analysis did not finish. The last good result stands.")
            if making.closing is not None
            else gettext("The last analysis did not finish. We will try again.")
        )
    if making.worker_seen is None or now - making.worker_seen > WORKER_MISSED:
        found.append(gettext("New figures will be late: the part that works them out is not running now."))
    return found


def _nothing_yet(public: JobState | None, making: Making) -> str:
    if public in (JobState.WAITING, JobState.RUNNING):
        return gettext("The map is being made. This takes a minute or two. Load this page again then.")
    people = number(making.least_people)
    if making.over:
        return gettext(
            "Voting is over. A result needs %(people)s people, and there is none yet.", people=people
        )
    return gettext("There is no map yet. It is made once %(people)s people have voted.", people=people)
