"""Clients that vote over HTTP as fast as they are answered, and write down what they were told."""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field

from participate.devices import Device, cookie_name
from tests.kills.accounting import Entry, Outcome

ANSWERS = {"agree": 1, "pass": 0, "disagree": -1}
STATEMENTS = 12
PEOPLE_EACH = 12


@dataclass
class Load:
    """So many clients in threads of this process, which no kill reaches."""

    port: int
    path: str
    seed: int
    clients: int = 8
    journal: list[Entry] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._vote, args=(random.Random(f"{self.seed}/{number}"),), daemon=True)
            for number in range(self.clients)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Also of a load that was never started."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(60)  # a request that hangs ends after 20 s
        assert not any(thread.is_alive() for thread in self._threads)

    @property
    def kept(self) -> int:
        """How many votes were acknowledged so far."""
        return sum(entry.outcome is Outcome.KEPT for entry in self.journal.copy())

    def _vote(self, chance: random.Random) -> None:
        people = [Device(f"{chance.getrandbits(240):060x}"[:43].rjust(43, "0")) for _ in range(PEOPLE_EACH)]
        connection: http.client.HTTPConnection | None = None
        while not self._stop.is_set():
            connection = connection or self._connected()
            if connection is None:
                time.sleep(0.02)
                continue
            person, statement = chance.choice(people), chance.randint(1, STATEMENTS)
            answer = chance.choice(list(ANSWERS))
            outcome = self._send(connection, person, statement, answer)
            with self._lock:
                self.journal.append(Entry(person.secret, statement, ANSWERS[answer], outcome))
            if outcome is Outcome.UNKNOWN:
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _connected(self) -> http.client.HTTPConnection | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.connect()
        except OSError:  # nobody is there just now; nothing was sent
            return None
        return connection

    def _send(
        self, connection: http.client.HTTPConnection, person: Device, statement: int, answer: str
    ) -> Outcome:
        headers = {
            "Content-Type": "application/json",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": f"{cookie_name(False)}={person.cookie}",
        }
        try:
            body = json.dumps({"statement_id": statement, "vote": answer})
            connection.request("POST", self.path, body, headers)
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            return Outcome.UNKNOWN
        with self._lock:
            self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
        if reply.status < 300:
            return Outcome.KEPT
        return Outcome.REFUSED if reply.status < 500 else Outcome.UNKNOWN
