"""`participate worker`: what the pages ask for in the background."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from participate.settings import Settings


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input closes.")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def worker(with_parent: bool, once: bool) -> None:
    """Do what the pages ask for in the background, such as analyses, until Ctrl-C.

    Several may run on one database. One that is stopped gives its job back; one that is killed loses it to
    another within a minute.

    \b
    Examples:
      participate worker
      participate worker --once
    """
    import asyncio
    import logging

    from participate.settings import from_environment
    from participate.starting import check_database_now

    settings = from_environment()
    check_database_now(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    asyncio.run(_work(settings, with_parent=with_parent, once=once))


async def _work(settings: "Settings", *, with_parent: bool, once: bool) -> None:
    import asyncio

    from participate.db import Database
    from participate.serving import stopped_by_signal
    from participate.worker import Worker

    database = Database(settings.database_url)
    work = Worker(database, settings)
    try:
        if once:
            await work.run_until_idle()
            return
        stop = asyncio.Event()
        endings = [asyncio.create_task(stopped_by_signal())]
        if with_parent:
            endings.append(asyncio.create_task(_standard_input_closed()))
        running = asyncio.create_task(work.run(stop))
        await asyncio.sleep(0)  # so that it listens for signals once it says that it is ready
        click.echo("The worker is ready (stop it with Ctrl-C).")
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await running
        for ending in endings:
            ending.cancel()
    finally:
        await database.close()


async def _standard_input_closed() -> None:
    """Whoever started us holds the other end, and is gone when it closes, however it went."""
    import asyncio
    import sys

    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1024):
        pass
