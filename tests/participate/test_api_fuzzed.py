"""The interface for programs under thousands of generated requests: it keeps to its description."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypothesis import HealthCheck, given, settings
from schemathesis import checks

from participate.app import create_app
from participate.devices import Device
from participate.settings import Settings
from tests.crowds import move_in, planted
from tests.waiting import PATIENCE, listens, until

pytestmark = [pytest.mark.prove, pytest.mark.parametrize("kind", ["sqlite", "postgresql"])]

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


class Server(threading.Thread):
    """The application behind a real server on a free port of this machine, with one conversation in it."""

    def __init__(self, url: str, var: str) -> None:
        super().__init__(daemon=True)
        self.url, self.var = url, var
        self.ready, self.port = threading.Event(), 0

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        config = Config()
        config.bind = ["127.0.0.1:0"]
        sockets = config.create_sockets()
        self.port = sockets.insecure_sockets[0].getsockname()[1]
        config.bind = [f"fd://{sockets.insecure_sockets[0].detach()}"]
        app = create_app(
            Settings(
                database_url=self.url,
                public_url=f"http://127.0.0.1:{self.port}",
                secret_key="a secret key for tests, long enough",
                acts_a_minute=10**6,
                new_participants_an_hour=10**6,
                var=self.var,
            )
        )
        async with app.extensions["database"].transaction() as session:
            await move_in(session, planted((30, 25)))
        self.ready.set()
        with suppress(asyncio.CancelledError):
            await serve(app, config, shutdown_trigger=self.stop.wait)


@pytest.fixture
def server(database_url: str, tmp_path: Any) -> Iterator[Server]:
    server = Server(database_url, str(tmp_path))
    server.start()
    assert server.ready.wait(PATIENCE)
    until(lambda: listens(server.port), "the server's listening")
    yield server
    server.loop.call_soon_threadsafe(server.stop.set)
    server.join(PATIENCE)


def test_generated_requests_are_answered_as_described(server: Server) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    schema = schemathesis.openapi.from_url(f"{origin}/api/v1/openapi.json")
    cookie = {"participate": Device.new().cookie}
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def keeps_to_it(case: Any) -> None:
            nonlocal tried
            tried += 1
            # Half of what is generated should come as far as the conversation that is there.
            if tried % 2 and case.path_parameters:
                case.path_parameters.update({"space": "town", "consultation": "hall"})
            response = case.call(headers={"Origin": origin}, cookies=cookie)
            case.validate_response(response, checks=CHECKS)

        keeps_to_it()
    assert tried > 500
