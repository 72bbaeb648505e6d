"""What a panel may show while people's votes are secret."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from charters.agreements import Kind, State, Sum
from charters.panels import ShownShare, class_counts, panel, published_sum, renewed_share
from charters.policy import load_policy
from charters.states import Attestation, Side
from tests.charters.avonmere import BOARD, CHARTER, DAY, NOON, TRUST, delegate, member, put

PUBLICATION = load_policy("open-health-space").publication
steady = settings(derandomize=True, max_examples=200, deadline=None)
AMEND, OPENING = put(Kind.AMEND_CHARTER), put(Kind.OPEN_CONSULTATION)
SOON = NOON + 2 * DAY


def votes(yes: int, no: int) -> list[Any]:
    return [member(f"m{n}", n < yes) for n in range(yes + no)]


def test_an_open_vote_shows_whether_the_quorum_is_reached_and_never_which_way_it_goes() -> None:
    few = panel(AMEND, votes(2, 0), now=SOON).sides[Side.PEOPLE]
    assert (few.turned, few.quorum_reached, few.share) == (None, False, None)
    assert few.needs == "Not enough have voted yet: it needs 3 people."
    for yes, no in ((3, 0), (0, 3), (2, 1)):
        shown = panel(AMEND, votes(yes, no), now=SOON)
        assert shown == panel(AMEND, votes(no, yes), now=SOON)
        assert shown.sides[Side.PEOPLE].needs == "Enough have voted. It is decided at the end."


def test_a_body_votes_in_public() -> None:
    shown = panel(AMEND, [delegate("dan", False)], now=SOON).sides[Side.BODY]
    assert shown.bodies == {TRUST: False, BOARD: None}
    assert (shown.turned, shown.quorum_reached, shown.share) == (False, True, None)
    assert panel(AMEND, [delegate("dan", at=SOON + DAY)], now=SOON).sides[Side.BODY].bodies == {
        TRUST: None,
        BOARD: None,
    }


def test_signatures_say_which_key_is_turned_and_what_the_other_still_needs() -> None:
    shown = panel(OPENING, [member("ann")], now=SOON)
    assert (shown.state, shown.closes_at) == (State.OPEN, NOON + 14 * DAY)
    assert (shown.sides[Side.PEOPLE].turned, shown.sides[Side.PEOPLE].needs) == (True, "")
    assert (shown.sides[Side.BODY].turned, shown.sides[Side.BODY].needs) == (False, "A signature is needed.")
    refused = panel(OPENING, [delegate("dan", False)], now=SOON).sides[Side.BODY]
    assert refused.needs == "More signatures than refusals are needed."


def test_after_the_end_it_says_which_keys_were_turned() -> None:
    over = panel(AMEND, [*votes(3, 0), delegate("dan")], now=AMEND.closes_at)
    assert over.state is State.AGREED
    assert [side.turned for side in over.sides.values()] == [True, True]
    assert {side.needs for side in over.sides.values()} == {""}


def test_the_share_comes_with_twenty_voters_and_again_after_ten_more() -> None:
    assert renewed_share(None, Sum(19, 0), PUBLICATION) is None
    first = renewed_share(None, Sum(13, 7), PUBLICATION)
    assert first == ShownShare(20, 7)
    assert renewed_share(first, Sum(13, 16), PUBLICATION) is first
    assert renewed_share(first, Sum(13, 17), PUBLICATION) == ShownShare(30, 4)
    assert renewed_share(first, Sum(4, 6), PUBLICATION) is first
    assert panel(AMEND, votes(13, 7), now=SOON, shown=first).sides[Side.PEOPLE].share == 7
    assert panel(OPENING, votes(1, 0), now=SOON, shown=first).sides[Side.PEOPLE].share is None


def test_a_share_of_nought_or_all_is_not_told_for_it_would_tell_every_vote() -> None:
    assert renewed_share(None, Sum(20, 0), PUBLICATION) == ShownShare(20, 9)
    assert renewed_share(None, Sum(0, 20), PUBLICATION) == ShownShare(20, 1)


def test_a_stricter_charter_shows_the_share_later() -> None:
    strict = load_policy("open-health-space").publication
    later = type(strict)(strict.profile, min_participants=50, min_new_participants=25)
    assert renewed_share(None, Sum(49, 0), later) is None
    assert renewed_share(ShownShare(50, 9), Sum(74, 0), later) == ShownShare(50, 9)


@steady
@given(st.lists(st.booleans(), max_size=120))
def test_whoever_watches_learns_tenths_of_twenty_people_at_the_least(ballots: list[bool]) -> None:
    shown: list[ShownShare] = []
    for n in range(len(ballots) + 1):
        now = renewed_share(
            shown[-1] if shown else None, Sum(sum(ballots[:n]), n - sum(ballots[:n])), PUBLICATION
        )
        if now is not None and now not in shown:
            shown.append(now)
    assert all(share.voters >= 20 and 1 <= share.tenths <= 9 for share in shown)
    assert all(b.voters - a.voters >= 10 for a, b in pairwise(shown))
    for share in shown:
        exact = sum(ballots[: share.voters]) / share.voters
        assert abs(share.tenths / 10 - exact) <= 0.1


@steady
@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sum_at_the_end_is_protected_like_any_result(yes: int, no: int) -> None:
    row = published_sum(Sum(yes, no), PUBLICATION)
    if yes + no < 20:
        assert row is None
        return
    assert row is not None
    for cell in (row.agrees, row.disagrees, row.votes):
        assert cell is None or cell == 0 or (cell % 5 == 0 and cell >= 10)
    if 0 < min(yes, no) < 8:
        assert row.agrees is None
        assert row.disagrees is None or row.share_word is None


@steady
@given(st.dictionaries(st.sampled_from(Attestation), st.integers(0, 60)))
def test_counts_by_class_tell_of_nobody_in_a_small_class(members: dict[Attestation, int]) -> None:
    shown = class_counts(members, PUBLICATION)
    if sum(members.values()) < 20:
        assert shown == {}
        return
    for checked, count in members.items():
        if 0 < count < 10:
            assert shown[checked] is None
        else:
            assert shown[checked] == (count + 5) // 10 * 10


def test_the_charter_decides_how_long_hiding_lasts() -> None:
    assert put(Kind.CONFIRM_HIDING).closes_at - NOON == timedelta(hours=CHARTER.running.hide_hours)
