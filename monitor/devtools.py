"""A browser driven over its debugging pipe: the few commands that a picture needs; blocking, for a thread."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_CHUNK = 1 << 16
MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of one answer; a picture is the longest."""

_COMMANDS, _ANSWERS = 3, 4
"""Descriptors at which a browser looks for its debugging pipe."""
_HIGH = 10


class BrowserFailed(OSError):
    """The browser ended, refused a command, or answered too late."""


class Session:
    """One page of a browser, until *deadline* (`time.monotonic`)."""

    def __init__(self, commands: int, answers: int, deadline: float) -> None:
        """Speak through the file descriptors *commands* and *answers*."""
        self._commands = commands
        self._answers = answers
        self._deadline = deadline
        self._buffer = b""
        self._number = 0
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of one command; raises `BrowserFailed` with the browser's own words."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        os.write(
            self._commands,
            json.dumps(message | ({"sessionId": self._session} if self._session else {})).encode() + b"\0",
        )
        while (answer := self._read()).get("id") != self._number:
            pass
        if "error" in answer:
            raise BrowserFailed(f"{method}: {answer['error'].get('message', '')}"[:300])
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str, *, within: float) -> None:
        """Go to *url*, and wait for it and what it needs; after *within* seconds it is taken as it is."""
        self.call("Page.enable")
        until = min(time.monotonic() + within, self._deadline)
        with suppress(TimeoutError):
            self._number += 1
            message = {
                "id": self._number, "method": "Page.navigate", "params": {"url": url}, "sessionId": self._session,
            }  # fmt: skip
            os.write(self._commands, json.dumps(message).encode() + b"\0")
            while (event := self._read(until)).get("method") != "Page.loadEventFired":
                if event.get("id") == self._number and event.get("result", {}).get("errorText"):
                    raise BrowserFailed(str(event["result"]["errorText"])[:300])

    def picture(self, size: tuple[int, int]) -> bytes:
        """A PNG of what a window of *size* shows."""
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", clip=clip)["data"])

    def _read(self, until: float | None = None) -> dict[str, Any]:
        deadline = self._deadline if until is None else until
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self._answers, _CHUNK)
            if not chunk or len(self._buffer) > MAX_ANSWER:
                raise BrowserFailed("the browser is gone" if not chunk else "the browser says too much")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        parsed: dict[str, Any] = json.loads(message)
        return parsed


@contextmanager
def browsing(command: Sequence[str], home: Path, deadline: float) -> Iterator[Session]:
    """A running browser, every file of which is under *home*; it and all it started are gone afterwards."""
    command_out, command_in = _high(os.pipe())
    answer_out, answer_in = _high(os.pipe())
    try:
        process = _spawn(command, home, command_out, answer_in)
    finally:
        os.close(command_out)
        os.close(answer_in)
    try:
        yield Session(command_in, answer_out, deadline)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(command_in)
        os.close(answer_out)


def _high(pipe: tuple[int, int]) -> tuple[int, int]:
    """*pipe* at descriptors that are out of the way of those that a browser's pipe must have."""
    moved = tuple(fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH) for descriptor in pipe)
    for descriptor in pipe:
        os.close(descriptor)
    return moved[0], moved[1]


def _spawn(command: Sequence[str], home: Path, commands: int, answers: int) -> int:
    """The number of the browser's process, which leads a group of its own."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, commands, _COMMANDS),
        (os.POSIX_SPAWN_DUP2, answers, _ANSWERS),
    ]
    environment = {"HOME": str(home), "PATH": os.environ.get("PATH", ""), "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    arguments = [*command, "--remote-debugging-pipe", "about:blank"]
    return os.posix_spawn(arguments[0], arguments, environment, file_actions=actions, setsid=True)
