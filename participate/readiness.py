"""What is ready and what is not: the gates of fairness, and what a result needs. For facilitators' pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from charters.fairness import Finding, Gate, Verdict, findings
from charters.policy import Policy
from charters.states import Phase
from deliberation.opinion.exposures import ENOUGH, Exposures
from deliberation.spaces.consultations import Consultation, framed_of, phase_of
from participate.languages import day


@dataclass(frozen=True, slots=True)
class Ready:
    """One line of the list: whether it is so, what is so, and what to do where it is not."""

    done: bool
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The list under its heading."""

    title: str
    lines: Sequence[Ready]

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)


def readiness(
    policy: Policy,
    consultation: Consultation,
    now: datetime,
    *,
    published: int,
    people: int | None,
    exposures: Exposures,
) -> Readiness:
    """Before it opens: ready to open? After that: ready for an answer?

    `published` counts statements, `people` is the published number of people; no figure here is a tally.
    """
    phase = phase_of(consultation, now)
    told = findings(policy.fairness, framed_of(consultation), now)
    if phase is Phase.NOT_OPEN:
        lines = [_gate(finding) for finding in told]
        return Readiness("Ready to open?", [*lines, _first_statements(published)])
    gates = [_gate(finding) for finding in told if finding.gate in (Gate.FORMATIVE, Gate.REASONS)]
    least = policy.publication.min_participants
    return Readiness(
        "Ready to be answered?",
        [
            *gates,
            _enough_people(people, least),
            _seen_by_enough(published, exposures),
            _time(consultation, phase),
            _answer(consultation),
        ],
    )


def _gate(finding: Finding) -> Ready:
    if finding.departure and finding.verdict is Verdict.SHORT:
        return Ready(True, f"{finding.found} You said why: {finding.departure}")
    return Ready(finding.verdict is Verdict.MET, finding.found, finding.mend)


def _first_statements(published: int) -> Ready:
    if published:
        words = "1 first statement" if published == 1 else f"{published} first statements"
        return Ready(True, f"There is something to answer. {words}.")
    return Ready(False, "There is no statement to answer.", "Add some, or let people write the first.")


def _enough_people(people: int | None, least: int) -> Ready:
    if people is not None:
        return Ready(True, f"Enough people for a result: about {people:,}.")
    return Ready(False, "There is no result yet.", f"It is published once {least} people have taken part.")


def _seen_by_enough(published: int, exposures: Exposures) -> Ready:
    if not published:
        return Ready(False, "There is no statement to answer.", "Add some, or wait for people to write.")
    if not exposures.seldom:
        return Ready(True, f"Every statement has {ENOUGH} answers or more.")
    few = "1 statement has" if exposures.seldom == 1 else f"{exposures.seldom} statements have"
    return Ready(False, f"{few} fewer than {ENOUGH} answers.", "They are shown more often by themselves.")


def _time(consultation: Consultation, phase: Phase) -> Ready:
    if phase in (Phase.CLOSED, Phase.ARCHIVED):
        return Ready(True, "Voting is over.")
    if consultation.closes_at is None:
        return Ready(False, "No last day is set.", "Set one under Days.")
    return Ready(False, "People can still vote.", f"Voting ends on {day(consultation.closes_at)}.")


def _answer(consultation: Consultation) -> Ready:
    if consultation.answer_by is None:
        return Ready(
            False, "Nobody has said when the answer comes.", "Set the day. Closing by hand needs it."
        )
    return Ready(True, f"The answer has a day: {day(consultation.answer_by)}.")
