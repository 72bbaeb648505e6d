"""Nothing in a voting page tells how many have voted: the note is sealed, and draws look at tens alone."""

import re
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from deliberation.opinion.voting import Shown, Vote
from deliberation.spaces.consultations import Consultation
from participate import ballot, exposures
from participate.exposures import LIFE, Form, StaleExposure, read, sealed
from tests.people import Person

HERE = "/spaces/avonmere/evenings"
KEY = "a key of the tests, long enough"
FORM = Form("avonmere", "evenings", 7)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SALT, HIDDEN = 20, 32  # bytes
SHOWN = [Shown(0.25, 2**31 - 1), Shown(1.0, 0, 12), Shown(1 / 3, 5), Shown()]


def _parts(note: str) -> tuple[bytes, bytes, bytes]:
    """Salt, hidden content and tag."""
    raw = urlsafe_b64decode(note)
    return raw[:SALT], raw[SALT : SALT + HIDDEN], raw[SALT + HIDDEN :]


@pytest.mark.parametrize("shown", SHOWN)
def test_a_note_is_read_as_it_was_written_for_six_hours(shown: Shown) -> None:
    note = sealed(KEY, FORM, shown, NOON)
    assert read(KEY, FORM, note, NOON + LIFE) == shown
    with pytest.raises(StaleExposure):
        read(KEY, FORM, note, NOON + LIFE + timedelta(seconds=1))


def test_no_note_is_longer_than_another_and_no_two_are_alike() -> None:
    notes = [sealed(KEY, FORM, shown, NOON) for shown in SHOWN * 2]
    assert len({len(note) for note in notes}) == 1
    for same in zip(*map(_parts, notes), strict=True):
        assert len(set(same)) == len(notes)


def test_what_hides_a_note_comes_from_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same content under the same salt: each key hides it in its own way, and none leaves it readable."""
    monkeypatch.setattr(exposures, "token_bytes", bytes)
    plain = exposures.NOTE.pack(0.25, 5, -1, int((NOON + LIFE).timestamp()))
    hidden = {_parts(sealed(key, FORM, Shown(0.25, 5), NOON))[1] for key in (KEY, KEY + ".")}
    assert len(hidden | {plain}) == 3
    assert not any(part in one for one in hidden for part in (plain[:8], plain[8:16], plain[24:]))


@pytest.mark.parametrize(
    "other",
    [replace(FORM, space="elsewhere"), replace(FORM, consultation="hours"), replace(FORM, number=8)],
)
def test_a_note_is_good_for_its_own_form_alone(other: Form) -> None:
    with pytest.raises(StaleExposure):
        read(KEY, other, sealed(KEY, FORM, SHOWN[0], NOON), NOON)


def test_a_note_changed_in_any_one_place_is_refused() -> None:
    note = sealed(KEY, FORM, SHOWN[0], NOON)
    for place in range(len(note)):
        changed = note[:place] + ("A" if note[place] != "A" else "B") + note[place + 1 :]
        with pytest.raises(StaleExposure):
            read(KEY, FORM, changed, NOON)


@pytest.mark.parametrize("note", ["", "A", "AAAA", "é" * 112, "!" + "A" * 111, "A" * 110 + "==", "A" * 5000])
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(StaleExposure):
        read(KEY, FORM, note, NOON)


def test_a_note_of_another_key_is_refused() -> None:
    with pytest.raises(StaleExposure):
        read(KEY + ".", FORM, sealed(KEY, FORM, SHOWN[0], NOON), NOON)


async def _without_salts(person: Person, address: str) -> str:
    """The page, but for the random word that lets its own script run, and the salted token of the device."""
    return re.sub(r'nonce="[^"]*"|name="token" value="[^"]*"', "", (await person.get(address)).html)


@pytest.mark.parametrize("address", [HERE, f"{HERE}?statement=1", f"{HERE}?skip=2"])
async def test_the_vote_of_somebody_else_changes_no_byte_of_the_page(
    person: Person,
    app: Quart,
    voting: Consultation,
    stored: Any,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    """The draw's seed and the note's salt are held still; whatever else differs would be a leak."""
    await person.get(HERE)
    monkeypatch.setattr(exposures, "token_bytes", bytes)
    for seed in range(0, 2**31, 2**28):
        monkeypatch.setattr(ballot.secrets, "randbelow", lambda _, seed=seed: seed)
        before = await _without_salts(person, address)
        for _ in range(3):
            other = Person(app)
            form = (await other.get(f"{HERE}?statement=1")).form("/vote")
            await other.send(form, vote="agree", follow=False)
        assert await _without_salts(person, address) == before
        async with stored.database.transaction() as session:
            for vote in (await session.exec(select(Vote))).all():
                await session.delete(vote)
