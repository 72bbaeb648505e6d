"""`participate serve`: the web pages."""

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many web processes; more than one needs PostgreSQL.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the web pages, until Ctrl-C.

    The database must have been migrated, and a `participate worker` should run beside it.

    \b
    Examples:
      participate serve
      participate serve --host 0.0.0.0 --port 8080 --workers 2
    """
    from participate.serving import serve as run
    from participate.settings import from_environment

    run(
        from_environment(),
        host,
        port,
        workers=workers,
        say=click.echo,
        warn=lambda warning: click.echo(f"Warning: {warning}", err=True),
    )
