"""Debian's Chromium over its debugging pipe: just enough of the DevTools protocol to look at a page."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 120.0
"""Seconds for one answer; a loaded machine starts a browser slowly."""


class Chromium:
    """A browser with one page."""

    def __init__(self, commands: int, answers: int) -> None:
        """Speak through the file descriptors *commands* and *answers*."""
        self._commands = commands
        self._answers = answers
        self._buffer = b""
        self._events: list[dict[str, Any]] = []
        self._number = 0
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of one command; raises `RuntimeError` with the browser's own words."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                break
            self._events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self._answers, 1 << 16)
            if not chunk:
                raise RuntimeError("the browser is gone")
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def _until(self, method: str) -> dict[str, Any]:
        while True:
            for event in self._events:
                if event.get("method") == method:
                    self._events.remove(event)
                    return event
            self._events.append(self._read())

    def open(self, url: str) -> None:
        """Go to *url* and wait until it and all it needs are there."""
        self.forget_loads()
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise RuntimeError(f"{url}: {answer['errorText']}")
        self.loaded()

    def forget_loads(self) -> None:
        """What was loaded before does not count for `loaded`."""
        self.call("Runtime.evaluate", expression="0")
        self._events = [event for event in self._events if event.get("method") != "Page.loadEventFired"]

    def loaded(self) -> None:
        """Wait until the next page and all it needs are there."""
        self._until("Page.loadEventFired")

    def window(self, width: int, height: int, *, phone: bool = False) -> None:
        """Look through a window of that size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def dark(self, wanted: bool) -> None:  # noqa: FBT001
        """Prefer a dark page, or a light one."""
        value = "dark" if wanted else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def scripts(self, allowed: bool) -> None:  # noqa: FBT001
        """Let pages run scripts, or not; what we evaluate ourselves runs in any case."""
        self.call("Emulation.setScriptExecutionDisabled", value=not allowed)

    def value(self, expression: str) -> Any:
        """What *expression* is on the page; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "failed"))
        return answer["result"].get("value")

    def key(self, name: str) -> None:
        """Press and release a key that types nothing, such as Tab."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=9)

    def picture(self, path: Path, *, full: bool = False) -> None:
        """A PNG of what is to be seen, or of the whole page."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=full)
        path.write_bytes(base64.b64decode(answer["data"]))

    def complaints(self) -> list[str]:
        """What the browser logged since it was last asked: policy violations, script errors."""
        self.call("Runtime.evaluate", expression="0")
        said = [
            event["params"]["entry"]["text"] for event in self._events if event.get("method") == "Log.entryAdded"
        ] + [str(event["params"]) for event in self._events if event.get("method") == "Runtime.exceptionThrown"]
        self._events.clear()
        return said


@contextmanager
def chromium(binary: Path, home: Path) -> Iterator[Chromium]:
    """A running browser, the program *binary*, whose every file is under *home*."""
    command_out, command_in = os.pipe()
    answer_out, answer_in = os.pipe()
    # The browser wants the pipe at descriptors 3 and 4, whatever ours are called.
    script = f'exec "$0" "$@" 3<&{command_out} 4>&{answer_in}'
    process = subprocess.Popen(
        ["bash", "-c", script, str(binary), *FLAGS, f"--user-data-dir={home / 'profile'}", "about:blank"],
        pass_fds=(command_out, answer_in),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
    )
    os.close(command_out)
    os.close(answer_in)
    try:
        browser = Chromium(command_in, answer_out)
        yield browser
        browser._session = None
        browser.call("Browser.close")
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(command_in)
        os.close(answer_out)
