"""The application, put together: reads like a list."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

from quart import Quart

from deliberation.running.limits import Acts
from participate import (
    addresses,
    charter_pages,
    components,
    compression,
    errors,
    frame,
    languages,
    migrating,
    security,
    static_files,
    words,
)
from participate.challenged import TRIES_A_MINUTE as PASSKEY_TRIES
from participate.db import Database
from participate.live.house import House
from participate.newsroom import Newsroom
from participate.pdf import Printer
from participate.published import Kept
from participate.settings import Settings
from participate.signin.openid import OpenID
from participate.signin.outside import outside_service
from participate.views import BLUEPRINTS
from participate.views.outside import TRIES_A_MINUTE as OUTSIDE_TRIES
from participate.views.recovering import TRIES_A_MINUTE

HINTS_A_MINUTE = 60
"""How often one device may ask for hints on what is being written."""


def create_app(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Quart:
    """The web application on one set of settings. It is plain ASGI: any server can carry it."""
    app = Quart("participate", static_folder=None)
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings.database_url)
    app.extensions["acts"] = Acts(settings.acts_a_minute)
    app.extensions["hints"] = Acts(HINTS_A_MINUTE)
    app.extensions["recoveries"] = Acts(TRIES_A_MINUTE)
    app.extensions["outside_tries"] = Acts(OUTSIDE_TRIES)
    app.extensions["passkey_tries"] = Acts(PASSKEY_TRIES)
    service = outside_service(settings)
    app.extensions["outside"] = OpenID(service) if service is not None else None
    app.extensions["published"] = Kept()
    app.extensions["printer"] = Printer()
    app.extensions["clock"] = clock or (lambda: datetime.now(UTC))
    app.extensions["live"] = House(app.extensions["database"], app.extensions["clock"])
    app.extensions["newsroom"] = Newsroom(app.extensions["database"], app.extensions["clock"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words.teach(app)
    static_files.teach(app)
    frame.teach(app)
    components.teach(app)
    charter_pages.teach(app)
    compression.compress(app)
    addresses.watch(app)
    security.protect(app)
    languages.speak(app)
    migrating.teach(app, settings)
    errors.handle(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

    @app.while_serving
    async def lifespan() -> AsyncGenerator[None, None]:
        yield
        await app.extensions["live"].close()
        await app.extensions["newsroom"].close()
        await app.extensions["database"].close()

    return app
