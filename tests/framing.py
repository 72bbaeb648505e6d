"""A consultation that may be opened: its background, and what is promised when it is."""

from charters.fairness import Gate
from deliberation.spaces.opening import Promise

BACKGROUND = "We ask because the surgeries can change their hours next spring. Nothing else can change."
"""Too short to be enough by itself."""
PROMISE = Promise(
    nothing_decided=True,
    departures={
        Gate.REASONS: "The leaflet that everybody has says the rest.",
        Gate.TIME: "The money must be asked for within the month.",
        Gate.ACCOUNT: "The board has not set its next meeting.",
    },
)
