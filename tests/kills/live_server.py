"""The web on a clock that began at noon of the tests' day: `python -m tests.kills.live_server PORT`."""

import asyncio
import sys
from datetime import UTC, datetime

from participate.app import create_app
from participate.serving import carry_app, stopped_by_signal
from participate.settings import from_environment
from tests.charters.avonmere import NOON

BEGAN = datetime.now(UTC)


def main(port: int) -> None:
    from hypercorn.config import Config

    config = Config.from_object("participate.server_limits")
    config.bind = [f"127.0.0.1:{port}"]
    app = create_app(from_environment(), clock=lambda: NOON + (datetime.now(UTC) - BEGAN))
    asyncio.run(carry_app(app, config, stopped_by_signal))


if __name__ == "__main__":
    main(int(sys.argv[1]))
