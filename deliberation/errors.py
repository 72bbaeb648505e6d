"""What a verb may raise besides `charters.enforcement.Refused`; `participate/errors.py` makes pages."""


class NotFound(LookupError):
    """There is no such thing; says what was looked for."""


class Gone(LookupError):
    """It was here and has been removed; says why."""


class EditConflict(RuntimeError):
    """Somebody else changed it first; nothing was written."""


class Invalid(ValueError):
    """A value cannot be accepted: `field` names it, the message says how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
