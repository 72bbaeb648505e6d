"""Alive, ready, and when the worker was last seen."""

from datetime import timedelta

from quart import Quart

from deliberation.running import jobs
from participate.db import Database
from tests.people import Clock, Person


async def test_alive_needs_nothing(person: Person) -> None:
    assert (await person.get("/healthz")).status == 200


async def test_ready_tells_when_a_worker_was_last_seen(app: Quart, person: Person, clock: Clock) -> None:
    async def told() -> dict[str, object]:
        response = await person.client.get("/readyz")
        assert response.status_code == 200
        answer: dict[str, object] = await response.get_json()
        return answer

    never = await told()
    assert (never["worker"], never["worker_seen_at"]) == ("not seen", None)
    database: Database = app.extensions["database"]
    async with database.transaction() as session:
        await jobs.beat(session, "w", now=clock())
        await jobs.enqueue(session, "analyse", "1", payload={}, run_at=clock(), now=clock())
    now = await told()
    assert (now["worker"], now["worker_seen_at"]) == ("ok", clock().isoformat())
    assert now["failed_jobs"] == 0
    clock.pass_(minutes=5, seconds=1)
    assert (await told())["worker"] == "not seen"


async def test_what_waits_or_runs_or_is_done_is_not_told(app: Quart, person: Person, clock: Clock) -> None:
    """An analysis is asked for within seconds of a vote."""
    database: Database = app.extensions["database"]
    before = (await person.get("/readyz")).html
    async with database.transaction() as session:
        await jobs.enqueue(session, "analyse", "1", payload={}, run_at=clock(), now=clock())
    assert (await person.get("/readyz")).html == before
    for _ in range(2):
        async with database.transaction() as session:
            claim = await jobs.claim(session, ["analyse"], lease=timedelta(minutes=1), now=clock())
            assert claim is not None
        assert (await person.get("/readyz")).html == before
        async with database.transaction() as session:
            await jobs.complete(session, claim, now=clock())
            await jobs.enqueue(session, "analyse", "1", payload={}, run_at=clock(), now=clock())
        assert (await person.get("/readyz")).html == before


async def test_without_a_database_it_is_not_ready(app: Quart, person: Person) -> None:
    def gone() -> None:
        raise OSError("gone")

    app.extensions["database"].reading = gone
    response = await person.client.get("/readyz")
    assert response.status_code == 503
    assert await response.get_json() == {"status": "unavailable", "database": "does not answer"}
