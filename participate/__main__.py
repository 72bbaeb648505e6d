"""`python -m participate` is the `participate` command."""

from participate.cli import main

if __name__ == "__main__":
    main()
