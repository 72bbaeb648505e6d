"""The subjects of the `participate` command, one module each, imported when its command is used."""
