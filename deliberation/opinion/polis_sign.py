"""Which number means agree in a Polis export: what its files declare, and whether the counts bear it out.

Exports write agree as +1. The database behind Polis writes it as -1, and one revision of the exporter
once let that through: a conversation read with the wrong sign turns every opinion round, so a file that
contradicts its own counts is refused until a person says which sign it has.
"""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from deliberation.opinion.polis_files import ExportError, read_text, shown

DECLARE = "vote-convention,agree=+1;disagree=-1;pass=0"
DECLARE_TURNED = "vote-convention,agree=-1;disagree=+1;pass=0"


def declared_sign(folder: Path, summary: Mapping[str, str]) -> int | None:
    """+1 if the files declare agree = +1, -1 if they declare agree = -1, None if they declare nothing.

    Looked for: `vote-convention` in summary.csv; `vote-convention` and `vote` in format.json.
    Raises ExportError if a declaration cannot be read or two of them differ.
    """
    declared = dict(_declarations(folder, summary))
    if len(set(declared.values())) > 1:
        said = "; ".join(f"{place} says agree = {sign:+d}" for place, sign in declared.items())
        raise ExportError(
            f"The sign of the votes is declared in two ways: {said}. Expected one: correct the wrong one."
        )
    return next(iter(declared.values()), None)


def check_against_counts(
    counted: Mapping[int, tuple[int, int]], cast: Mapping[tuple[int, int], int], declared: int | None
) -> str | None:
    """Compare the agrees and disagrees that comments.csv counts with the vote rows; return a warning or None.

    `counted` maps a statement to (agrees, disagrees) of comments.csv, which counts every row of
    votes.csv, repeats included; `cast` maps (statement, value) to the number of those rows.
    Raises ExportError if the counts fit only with agree and disagree exchanged and no sign is declared.
    """
    rows = {i: (cast.get((i, 1), 0), cast.get((i, -1), 0)) for i in counted}
    off = sum(rows[i] != both for i, both in counted.items())
    if not off:
        return None
    tally = Counter((rows[i] == (a, d), rows[i] == (d, a)) for i, (a, d) in counted.items() if a != d)
    straight, turned = tally[True, False], tally[False, True]
    if turned > straight and 2 * turned >= sum(tally.values()):
        found = f"comments.csv counts {turned} statements with agree and disagree the other way round"
        if declared is None:
            raise ExportError(
                f"votes.csv, column vote: {found}, so the sign of the votes is in doubt. "
                f"Add the row `{DECLARE_TURNED}` to summary.csv if 1 means disagree, "
                f"or `{DECLARE}` if 1 means agree, as expected."
            )
        return f"{found}; the declared sign was used."
    return (
        f"comments.csv counts other agrees or disagrees than votes.csv holds for {off} of {len(counted)} "
        "statements, so rows may be missing; the votes in votes.csv were used."
    )


def _declarations(folder: Path, summary: Mapping[str, str]) -> list[tuple[str, int]]:
    found = []
    if "vote-convention" in summary:
        place = "summary.csv, row vote-convention"
        found.append((place, _sign(place, _pairs(summary["vote-convention"]))))
    for key, value in _format(folder / "format.json").items():
        place = f"format.json, key {key}"
        if key == "vote-convention":
            found.append((place, _sign(place, _pairs(str(value)))))
        elif key == "vote":
            found.append((place, _sign(place, value if isinstance(value, dict) else {})))
    return found


def _format(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        content = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ExportError(
            f"{path.name}{line}: not readable as JSON. "
            "Correct it, or remove the file if the votes use agree = 1."
        ) from error
    if not isinstance(content, dict):
        raise ExportError(
            f"{path.name}, line 1: found no JSON object, expected one such as {{...}}. "
            "Correct the file, or remove it if the votes use agree = 1."
        )
    return {str(key).lower().replace("_", "-"): value for key, value in content.items()}


def _pairs(text: str) -> dict[str, object]:
    return {
        key.strip().lower(): value.strip()
        for key, _, value in (part.partition("=") for part in text.split(";"))
    }


def _sign(place: str, values: Mapping[str, object]) -> int:
    said = tuple(str(values.get(word, "")).removeprefix("+") for word in ("agree", "disagree", "pass"))
    if said == ("1", "-1", "0"):
        return 1
    if said == ("-1", "1", "0"):
        return -1
    raise ExportError(
        f"{place}: found agree, disagree, pass as {', '.join(map(shown, said))}, "
        "expected 1, -1, 0 or -1, 1, 0. Correct the declaration."
    )
