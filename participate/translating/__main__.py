"""Gather every sentence into the catalogues, and say what still waits for a translator."""

from participate.catalogues import ENGLISH, NAMES
from participate.translating.checking import waiting
from participate.translating.files import catalogues, translations, write
from participate.translating.gathering import gathered


def main() -> None:
    sentences = gathered()
    for tag in NAMES:
        if tag == ENGLISH:
            continue
        held = translations(tag)
        write(catalogues(tag, sentences.values(), held))
        left = waiting(sentences.values(), translations(tag))
        print(f"{NAMES[tag]}: {len(sentences)} sentences, {len(left)} wait for a translator")  # noqa: T201
        for english in left:
            print(f"  {english}")  # noqa: T201


if __name__ == "__main__":
    main()
