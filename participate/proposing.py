"""A change of a charter as it is typed: fields or the whole file in, the next version or its faults out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from quart import request

from charters.agreements import earliest_close
from charters.canonical import PREFIX, composed, read
from charters.differences import differences
from charters.editing import edited, field_of
from charters.faults import Fault, PolicyError
from charters.policy import Policy, policy_of
from charters.versions import amendment_faults, cannot_be_signed
from charters.wording import Words
from deliberation.spaces.days import day_in_london
from participate.forms import Wrong, day_typed, typed
from participate.languages import gettext, marked

BEGINS, FILE, REASON = "begins", "file", "reason"
MARGIN = timedelta(days=7)
"""Days from the end of the vote to the first day that is suggested."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The next version as it was typed, or all that is wrong with it."""

    policy: Policy | None
    wrong: tuple[Wrong, ...] = ()


def suggested_day(policy: Policy, now: datetime) -> date:
    """When a change that is put now may begin: a week after its vote has ended."""
    return day_in_london(earliest_close(policy.amendment, now)) + MARGIN


async def fields_typed() -> dict[str, str]:
    """Every field of the form as it was typed."""
    return {name: await typed(name) for name in await request.form}


def from_fields(policy: Policy, given: Mapping[str, str], now: datetime, *, instead: bool = False) -> Draft:
    """The version after `policy` with what was typed into its fields; the one `instead` of a first."""
    try:
        begins = day_typed(given.get(BEGINS, ""))
    except ValueError as error:
        return Draft(None, (Wrong(BEGINS, str(error)),))
    if begins is None:
        return Draft(None, (Wrong(BEGINS, gettext("Choose the day from which it holds.")),))
    document = read(policy.file)
    try:
        changed = edited(document, given)
    except PolicyError as error:
        return Draft(None, tuple(_wrong(fault, document) for fault in error.faults))
    return _made(policy, {**changed, "effective_from": begins.isoformat()}, now, instead)


def from_file(policy: Policy, text: str, now: datetime, *, instead: bool = False) -> Draft:
    """The version after `policy` as a whole file; its name, number and forerunner are put right."""
    try:
        document = composed(read(text))
    except PolicyError as error:
        return Draft(None, tuple(Wrong(FILE, marked(fault.sentence)) for fault in error.faults))
    if not isinstance(document, Mapping):
        return Draft(None, (Wrong(FILE, gettext("The file must be one JSON object, in braces.")),))
    draft = _made(policy, document, now, instead)
    return Draft(draft.policy, tuple(Wrong(FILE, one.message) for one in draft.wrong))


def as_file(policy: Policy, begins: date) -> str:
    """A charter's file for somebody to change, in lines."""
    document = {**json.loads(policy.file), "effective_from": begins.isoformat()}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _made(before: Policy, document: Mapping[str, Any], now: datetime, instead: bool) -> Draft:
    return _first(before, document) if instead else _next(before, document, now)


def _first(before: Policy, document: Mapping[str, Any]) -> Draft:
    """Another text of the first version, which nobody has signed with both keys."""
    try:
        other = policy_of({**document, "uid": before.uid, "version": 1, "supersedes": None})
    except PolicyError as error:
        return Draft(None, tuple(_wrong(fault, read(before.file)) for fault in error.faults))
    fault = cannot_be_signed(other)
    wrong = [_wrong(fault, read(before.file))] if fault is not None else []
    if other.digest == before.digest:
        wrong.append(Wrong(BEGINS, gettext("Nothing is changed yet. Change a number or a promise first.")))
    return Draft(None if wrong else other, tuple(wrong))


def _next(before: Policy, document: Mapping[str, Any], now: datetime) -> Draft:
    stem, version = before.uid.rpartition(":")[0], before.version + 1
    chained = {"uid": f"{stem}:{version}", "version": version, "supersedes": PREFIX + before.digest}
    try:
        after = policy_of({**document, **chained})
    except PolicyError as error:
        return Draft(None, tuple(_wrong(fault, read(before.file)) for fault in error.faults))
    if faults := amendment_faults(before, after):
        return Draft(None, tuple(_wrong(fault, read(before.file)) for fault in faults))
    wrong = [*_too_early(before, after, now), *_nothing_changed(before, after)]
    return Draft(None if wrong else after, tuple(wrong))


def _too_early(before: Policy, after: Policy, now: datetime) -> list[Wrong]:
    """A change never holds for a time at which nobody had agreed to it."""
    ends = day_in_london(earliest_close(before.amendment, now))
    if after.effective_from is None or after.effective_from > ends:
        return []
    message = Words("The vote ends on %(day)s at the earliest. Choose a later day.", day=ends)
    return [Wrong(BEGINS, message)]


def _nothing_changed(before: Policy, after: Policy) -> list[Wrong]:
    found = differences(before, after)
    if found.promises or any(one.path != "effective_from" for one in found.places):
        return []
    return [Wrong(BEGINS, gettext("Nothing is changed yet. Change a number or a promise first."))]


def _wrong(fault: Fault, document: Mapping[str, Any]) -> Wrong:
    if fault.path == "effective_from":
        return Wrong(BEGINS, marked(fault.sentence))
    return Wrong(field_of(fault.path, document) or BEGINS, marked(fault.sentence))
