"""`participate space`: a place to deliberate in."""

import click


@click.command()
@click.argument("slug")
@click.option("--title", required=True, metavar="TEXT", help="What it is called.")
@click.option("--host", required=True, metavar="TEXT", help="Who runs the place.")
@click.option("--purpose", default="", metavar="TEXT", help="What it is for, as Markdown.")
@click.option("--people", default="People", metavar="TEXT", help="Who the people's side is.")
@click.option("--body", default="Health bodies", metavar="TEXT", help="Who the health bodies' side is.")
@click.option("--language", default="en", metavar="TAG", help="The language of these words, such as cy.")
def space(slug: str, title: str, host: str, purpose: str, people: str, body: str, language: str) -> None:
    """Make a space, whose address is /spaces/SLUG.

    It is a trial space under a template that nobody has signed, and says so on every page.

    \b
    Example:
      participate space riverside --title "Care at Riverside" --host "Riverside Forum"
    """
    import asyncio

    from pydantic import ValidationError

    from deliberation.spaces.spaces import SpaceText
    from participate.commands.at_work import with_database
    from participate.operating import make_space

    try:
        text = SpaceText.model_validate(
            {
                "slug": slug,
                "title": title,
                "host": host,
                "purpose": purpose,
                "people_side": people,
                "body_side": body,
                "language": language,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise click.BadParameter(f"{first['msg']}.", param_hint=str(first["loc"][0])) from error
    path = asyncio.run(with_database(lambda database, _settings, now: make_space(database, text, now=now)))
    click.echo(
        f"The space is at {path}. Appoint somebody to run it: participate facilitator ADDRESS --space {slug}"
    )
