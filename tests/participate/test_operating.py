"""What the operator does from the command line, on both databases."""

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from quart import Quart

from participate.cli import cli
from tests.people import Person


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> CliRunner:
    return CliRunner(
        env={
            "PARTICIPATE_DATABASE_URL": database_url,
            "PARTICIPATE_SECRET_KEY": "a secret key for tests, long enough",
            "PARTICIPATE_PSEUDONYM_KEY": "a pseudonym key for tests, long enough",
            "PARTICIPATE_PUBLIC_URL": "http://localhost",
            "PARTICIPATE_VAR": str(tmp_path),
        }
    )


RIVERSIDE = ["space", "riverside", "--title", "Care at Riverside", "--host", "Riverside Forum"]


def test_a_space_is_made_and_its_facilitator_signs_in_once(run: CliRunner, app: Quart) -> None:
    made = run.invoke(cli, RIVERSIDE)
    assert made.exit_code == 0, made.output
    assert "/spaces/riverside" in made.output
    link = run.invoke(cli, ["facilitator", "Fern@example.org", "--space", "riverside"]).output.strip()
    assert link.startswith("http://localhost/sign-in/")

    import asyncio

    async def sign_in() -> list[int]:
        # The command's clock is the real one, and so must the application's be here.
        from datetime import UTC, datetime

        app.extensions["clock"] = lambda: datetime.now(UTC)
        fern, other = Person(app), Person(app)
        path = link.removeprefix("http://localhost")
        await fern.send((await fern.get(path)).forms()[-1])
        statuses = [(await who.get("/spaces/riverside/facilitate")).status for who in (fern, other)]
        await app.extensions["database"].close()
        return statuses

    assert asyncio.run(sign_in()) == [200, 403]


def test_a_space_says_which_language_its_own_words_are_in(run: CliRunner, app: Quart) -> None:
    import asyncio

    made = run.invoke(cli, [*RIVERSIDE, "--language", "cy"])
    assert made.exit_code == 0, made.output

    async def page() -> str:
        told = (await Person(app).get("/spaces/riverside")).html
        await app.extensions["database"].close()
        return told

    assert '<a href="/spaces/riverside" lang="cy">Care at Riverside</a>' in asyncio.run(page())


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["space", "Not A Slug", "--title", "Long enough", "--host", "Somebody"], "slug", 2),
        (["space", "ok", "--title", "x", "--host", "Somebody"], "title", 2),
        (["facilitator", "fern@example.org", "--space", "nowhere"], "There is no space called 'nowhere'", 1),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    run: CliRunner, arguments: list[str], says: str, code: int
) -> None:
    done = run.invoke(cli, arguments)
    assert done.exit_code == code
    assert says in done.output
    assert "Traceback" not in done.output


def test_a_name_that_is_taken_and_an_address_that_is_none_are_refused(run: CliRunner) -> None:
    assert run.invoke(cli, RIVERSIDE).exit_code == 0
    again = run.invoke(cli, RIVERSIDE)
    assert again.exit_code == 1
    assert "already" in again.output
    wrong = run.invoke(cli, ["facilitator", "fern", "--space", "riverside"])
    assert wrong.exit_code == 1
    assert "not an e-mail address" in wrong.output


REGISTER = '"XX1","Avonmere Trust"' + ',""' * 8 + ',"20010401"' + ',""' * 16 + "\n"
OLD = (
    REGISTER.replace("XX1", "YY2").replace("Avonmere", "Old").replace('20010401",""', '19990401","20200331"')
)


def test_a_register_is_imported_whole_and_shown_with_its_domains(run: CliRunner, tmp_path: Path) -> None:
    register, followed = tmp_path / "register.csv", tmp_path / "followed.csv"
    register.write_text(REGISTER + OLD)
    followed.write_text("YY2,XX1,20200401\n")
    done = run.invoke(cli, ["organisations", str(register), "--successors", str(followed)])
    assert done.output == "Organisations: 2. Successions: 1.\n"
    told = run.invoke(cli, ["organisation", "yy2", "--domain", "old.example", "--domain", "b.example"])
    assert told.output == "YY2: Old Trust, closed on 31 March 2020. Domains: b.example, old.example.\n"
    told = run.invoke(cli, ["organisation", "YY2", "--no-domain", "b.example"])
    assert told.output.endswith("Domains: old.example.\n")


@pytest.mark.parametrize(
    ("register", "followed", "says"),
    [
        (REGISTER + "YY2,Short\n", "", "Line 2: it has 2 columns."),
        (REGISTER, "YY2,XX1\n", "Line 1, column 1 (code): there is no organisation YY2."),
    ],
)
def test_nothing_is_imported_unless_all_is_well(
    run: CliRunner, tmp_path: Path, register: str, followed: str, says: str
) -> None:
    (tmp_path / "register.csv").write_text(register)
    (tmp_path / "followed.csv").write_text(followed)
    options = ["--successors", str(tmp_path / "followed.csv")] if followed else []
    done = run.invoke(cli, ["organisations", str(tmp_path / "register.csv"), *options])
    assert done.exit_code == 1
    assert says in done.output
    assert "There is no organisation 'XX1'" in run.invoke(cli, ["organisation", "XX1"]).output


def test_an_operator_is_made_and_stops(run: CliRunner, app: Quart) -> None:
    import asyncio

    from deliberation.people.accounts import account_for
    from deliberation.spaces.standing import is_operator

    async def runs_it(now: datetime) -> bool:
        async with app.extensions["database"].transaction() as session:
            account = await account_for(session, "olu@example.org", now=now)
            runs = await is_operator(session, account.id or 0)
        await app.extensions["database"].close()
        return runs

    now = app.extensions["clock"]()
    assert not asyncio.run(runs_it(now))
    assert run.invoke(cli, ["operator", "Olu@example.org"]).output.startswith("http://localhost/sign-in/")
    assert asyncio.run(runs_it(now))
    assert "no longer" in run.invoke(cli, ["operator", "olu@example.org", "--end"]).output
    assert not asyncio.run(runs_it(now))
    again = run.invoke(cli, ["operator", "olu@example.org", "--end"])
    assert again.exit_code == 1
    assert "Nobody with the address 'olu@example.org' runs this installation." in again.output


def test_ending_a_part_that_nobody_has_makes_no_account(run: CliRunner, app: Quart) -> None:
    import asyncio

    from deliberation.people.accounts import account_with_address

    async def known() -> bool:
        async with app.extensions["database"].reading() as session:
            found = await account_with_address(session, "olu@exampel.org")
        await app.extensions["database"].close()
        return found is not None

    done = run.invoke(cli, ["operator", "olu@exampel.org", "--end"])
    assert done.exit_code == 1
    assert "Nobody with the address 'olu@exampel.org' runs this installation." in done.output
    assert not asyncio.run(known())


def test_who_runs_it_no_longer_is_signed_out(run: CliRunner, app: Quart) -> None:
    import asyncio

    from sqlmodel import select

    from deliberation.people.sessions import SignedIn, offer_link, sign_in

    now = app.extensions["clock"]()

    async def held(*, begin: bool = False) -> int:
        async with app.extensions["database"].transaction() as session:
            for name in ("olu", "oya") if begin else ():
                await offer_link(session, f"{name}@example.org", name, now=now)
                await sign_in(session, name, f"session of {name}", now=now)
            count = len((await session.exec(select(SignedIn))).all())
        await app.extensions["database"].close()
        return count

    assert asyncio.run(held(begin=True)) == 2
    run.invoke(cli, ["operator", "olu@example.org"])
    run.invoke(cli, ["operator", "olu@example.org", "--end"])
    assert asyncio.run(held()) == 1


def test_who_becomes_an_operator_gets_new_tokens(run: CliRunner, app: Quart) -> None:
    import asyncio

    from sqlmodel import select

    from deliberation.people.sessions import SessionState, SignedIn, offer_link, sign_in

    now = app.extensions["clock"]()

    async def held(*, begin: bool = False) -> SessionState:
        async with app.extensions["database"].transaction() as session:
            if begin:
                await offer_link(session, "olu@example.org", "a" * 64, now=now)
                await sign_in(session, "a" * 64, "b" * 64, now=now)
            state = (await session.exec(select(SignedIn))).one().state
        await app.extensions["database"].close()
        return state

    assert asyncio.run(held(begin=True)) is SessionState.LIVE
    run.invoke(cli, ["operator", "olu@example.org"])
    assert asyncio.run(held()) is SessionState.TO_REPLACE
