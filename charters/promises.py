"""Old promises still hold: nothing is handled more loosely than the charter it was given under says.

Each function takes the charter in force and the charters under which the contributions concerned were given,
and goes by the strictest of them all: for figures, for how long things are kept, and for what they are read.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum, unique

from charters.profiles import PROFILES
from charters.terms import Policy, Publication

GRAINS = ("week", "month")
"""Times that may be published, from fine to coarse."""


@unique
class Fate(StrEnum):
    """What is to be done with a contribution at a moment."""

    KEEP = "keep"
    AGGREGATE = "aggregate"
    DELETE = "delete"


def strictest(publications: Iterable[Publication]) -> Publication:
    """The rules that keep every one of these promises. Raises ValueError for none at all."""
    given = list(publications)
    if not given:
        raise ValueError("give at least the publication part of the charter in force")
    order = list(PROFILES)
    return Publication(
        profile=min((one.profile for one in given), key=lambda profile: order.index(profile.name)),
        min_group=max(one.min_group for one in given),
        min_participants=max(one.min_participants for one in given),
        min_new_participants=max(one.min_new_participants for one in given),
        time_grain=max((one.time_grain for one in given), key=GRAINS.index),
        microdata=all(one.microdata for one in given),
    )


def publication_for(policy: Policy, given_under: Iterable[Policy]) -> Publication:
    """How a figure is protected whose contributions were given under these charters, and is published now."""
    return strictest(one.publication for one in (policy, *given_under))


def leaves_at(policy: Policy, given_under: Policy, asset: str, given_at: datetime) -> datetime | None:
    """When a contribution has been kept for as long as was promised; None where there is no end."""
    days = [one.assets[asset].retention_days for one in (policy, given_under) if asset in one.assets]
    ends = [given_at + timedelta(days=limit) for limit in days if limit is not None]
    return min(ends, default=None)


def fate(policy: Policy, given_under: Policy, asset: str, given_at: datetime, *, now: datetime) -> Fate:
    """What is to be done with a contribution at `now`. It is deleted where either charter says so."""
    ends = leaves_at(policy, given_under, asset, given_at)
    if ends is None or now < ends:
        return Fate.KEEP
    after = {one.assets[asset].after_retention for one in (policy, given_under) if asset in one.assets}
    return Fate.AGGREGATE if after == {"aggregate"} else Fate.DELETE


def may_be_read(policy: Policy, given_under: Policy, asset: str, purpose: str) -> bool:
    """Whether personal data may be read for a purpose: both charters must list it, and know the asset."""
    return all(asset in one.assets and purpose in one.purposes for one in (policy, given_under))
