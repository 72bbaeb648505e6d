"""The `participate` command: a list of its subjects, and one way of telling what went wrong.

Exit codes: 0 done, 1 failed, 2 not called as it should be. What went wrong is one sentence on standard
error: what, where, how to mend it. `participate --traceback COMMAND` also shows where in the program.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import click

COMMANDS = {
    "serve": "participate.commands.serve",
    "worker": "participate.commands.worker",
    "migrate": "participate.commands.migrate",
    "demo": "participate.commands.demo",
    "space": "participate.commands.space",
    "facilitator": "participate.commands.facilitator",
    "operator": "participate.commands.operator",
    "organisations": "participate.commands.organisations",
    "organisation": "participate.commands.organisation",
    "import-polis": "participate.commands.import_polis",
    "analyse": "participate.commands.analysing",
    "backup": "participate.commands.backup",
    "restore": "participate.commands.restore",
    "apply-erasures": "participate.commands.apply_erasures",
}
"""Each command and its module, where a click command of its name (with _ for -) stands."""

HELP = ["-h", "--help"]

# Errors of these packages, of the system and of click are written for the person at the keyboard.
OURS = ("participate.", "deliberation.", "charters.", "clustering.")


class Commands(click.Group):
    """Imports only the command that is used, so that each starts quickly."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return [name for name, module in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS or importlib.util.find_spec(COMMANDS[name]) is None:
            return None
        command = getattr(importlib.import_module(COMMANDS[name]), name.replace("-", "_"))
        return command if isinstance(command, click.Command) else None

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if context.params.get("traceback"):
                raise
            raise click.ClickException(sentence(error)) from error


@click.group(
    cls=Commands,
    context_settings={"help_option_names": HELP, "max_content_width": 100},
    epilog="Settings are environment variables; docs/reference/settings.md lists them.",
)
@click.version_option(package_name="participate", message="participate %(version)s")
@click.option("--traceback", is_flag=True, help="When something fails, show where in the program.")
def cli(traceback: bool) -> None:
    """Run shared spaces where citizens and health bodies deliberate on equal terms.

    \b
    Examples:
      participate migrate            bring the database to the newest shape
      participate serve              serve the web pages
      participate worker             do what the pages ask for in the background
      participate backup FILE        keep everything in one file
    """


def sentence(error: Exception) -> str:
    """What went wrong, for whoever typed the command."""
    if type(error).__module__.startswith(OURS):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    words = (str(error).splitlines() or [""])[0]
    return (
        f"{type(error).__name__}: {words} "
        "(not foreseen; run it again as `participate --traceback ...` to see where)"
    )


def page() -> str:
    """The text of docs/reference/commands.md."""
    lines = [
        "# Commands",
        "",
        "Exit codes: 0 done, 1 failed, 2 not called as it should be. What went wrong is one sentence on "
        "standard error.",
        "This page is generated: `python -m participate.cli`.",
    ]
    # The same help options as at the keyboard: a command remembers the first it is asked for.
    top = click.Context(cli, info_name="participate", terminal_width=88, help_option_names=HELP)
    for name in (None, *cli.list_commands(top)):
        command = cli if name is None else cli.get_command(top, name)
        assert command is not None
        context = top if name is None else click.Context(command, top, name, terminal_width=88)
        title = "participate" if name is None else f"participate {name}"
        lines += ["", f"## {title}", "", "```text", command.get_help(context).rstrip(), "```"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """The entry point."""
    cli.main(prog_name="participate")


if __name__ == "__main__":
    Path("docs/reference/commands.md").write_text(page(), encoding="utf-8")
    sys.stdout.write("docs/reference/commands.md is written.\n")
