"""The operator hides a statement from its own page; everybody reads on the record that they did, and why."""

from typing import Any

from sqlmodel import select, update

from deliberation.people.accounts import Account
from participate import worker
from tests.participate.conftest import Cast, Stored, hold_evenings
from tests.people import Clock, Person

HERE = "/spaces/avonmere/evenings"
ONE = f"{HERE}/statements/2"
GROUND = "A court has forbidden to publish this."


async def test_the_operator_hides_it_and_it_comes_back(
    app: Any, cast: Cast, stored: Stored, clock: Clock, person: Person
) -> None:
    async with stored.database.transaction() as session:
        await hold_evenings(session, cast.avonmere, clock)
        cai = (await session.exec(select(Account.id).where(Account.address == "cai@example.org"))).one()
        await session.exec(update(Account).where(Account.id == cai).values(operator=True))  # type: ignore[arg-type]
    assert (await person.get(f"{ONE}/hide")).status == 403
    assert "/hide" not in (await cast.flo.get(ONE)).html
    assert f"{ONE}/hide" in (await cast.cai.get(ONE)).html
    form = (await cast.cai.get(f"{ONE}/hide")).form("/hide")
    wrong = await cast.cai.send(form, ground="law")
    assert wrong.status == 422
    assert wrong.text.count("Say why in a sentence: everybody can read it.") == 2
    assert wrong.form("/hide").fields["ground"].strip() == "law"
    record = await cast.cai.send(form, ground=GROUND)
    assert "Statement hidden in an emergency" in record.text
    assert "By the operator." in record.text
    assert GROUND in record.text
    gone = await person.get(f"{HERE}?statement=2")
    assert gone.status == 410
    assert "Reason: Hidden by the operator, on a legal ground." in gone.text
    clock.pass_(hours=72)
    await worker.end_hidings(stored.database, clock())
    assert (await person.get(f"{HERE}?statement=2")).status == 200
    assert "Hiding ended: the statement is back" in (await person.get("/spaces/avonmere/record")).text
    assert (await cast.cai.send(form, ground=GROUND)).status == 403
