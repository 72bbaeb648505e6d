"""`participate apply-erasures`: what people erased since a backup, erased in what was restored from it."""

import click


@click.command("apply-erasures")
@click.option("--none", is_flag=True, help="Nothing was erased since the backup: you answer for that.")
def apply_erasures(none: bool) -> None:
    """Erase again, after a restore, what people had erased since the backup was made.

    `participate restore` does this by itself where it finds the file that notes every erasure. Until it is
    done nothing is served.

    \b
    Examples:
      participate apply-erasures
      PARTICIPATE_ERASURES=/safe/erasures participate apply-erasures
    """
    from participate.importing import database_settings
    from participate.keeping.erasures import apply_erasures as apply

    done = apply(database_settings(), none=none)
    if done is None:
        click.echo("Nothing is missing: this database has every erasure.")
    else:
        click.echo(f"Applied {done} erasures. Web and worker can be started.")
