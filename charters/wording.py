"""A sentence that remembers how it was made, so that a page can say it again in another language."""

from datetime import date


class Words(str):
    """English text made from a template with named places: `Words("At most %(most)s letters.", most=280)`.

    It is the English sentence wherever a string is wanted. `participate.languages.said` says it in the
    reader's language: it translates the template, and each argument that is itself `Words`. A number or a
    day among the arguments is written as the language has it. The template of a sentence without arguments
    may be any text; with arguments a percent sign is written twice.
    """

    template: str
    arguments: dict[str, object]
    one: str = ""
    """Where the form depends on the number `n`: the one for one. The template is then for all others."""

    def __new__(cls, template: str, /, **arguments: object) -> "Words":
        words = super().__new__(cls, _filled(template, arguments))
        words.template = template
        words.arguments = arguments
        return words

    def __str__(self) -> "Words":
        """Itself, so that `str(error)` still remembers; a plain string's would be a copy that does not."""
        return self


def counted(one: str, many: str, n: int, /, **arguments: object) -> Words:
    """Words whose form depends on a number: `counted("%(n)s year", "%(n)s years", 2)`."""
    words = Words(one if n == 1 else many, n=n, **arguments)
    words.template, words.one = many, one
    return words


def sentences(*parts: str) -> Words:
    """Several sentences, one after another."""
    places = {f"part{place}": part for place, part in enumerate(parts)}
    return Words(" ".join(f"%({place})s" for place in places), **places)


def _filled(template: str, arguments: dict[str, object]) -> str:
    if not arguments:
        return template
    return template % {name: _english(value) for name, value in arguments.items()}


def _english(value: object) -> object:
    return f"{value:%A} {value.day} {value:%B %Y}" if isinstance(value, date) else value
