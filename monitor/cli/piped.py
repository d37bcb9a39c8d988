"""
What happens when whoever reads our output stops reading: `monitor … | head`.

Not by SIGPIPE: with its default disposition a site that hangs up while we send would end the command as well.
"""

from __future__ import annotations

import io
import signal
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HUNG_UP = 128 + signal.SIGPIPE
"""The exit code that a shell knows for it."""


class Outlet(io.FileIO):
    """A standard stream: ends the command, quietly, when nobody reads it any more."""

    _is_over = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Bytes written; what comes after the end, as when the interpreter flushes, goes nowhere."""
        if not self._is_over:
            try:
                return super().write(data)
            except BrokenPipeError:
                self._is_over = True
                raise SystemExit(HUNG_UP) from None
        return memoryview(data).nbytes


def end_with_reader() -> None:
    """Have the command end with `HUNG_UP` once its output, or what it complains, is read no more."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        sys.stdout = _outlet(sys.stdout)
    if sys.stderr is sys.__stderr__ and sys.stderr is not None:
        sys.stderr = _outlet(sys.stderr)


def _outlet(stream: TextIO) -> TextIO:
    """*stream* over an `Outlet`; as it is where it is no file."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(Outlet(stream.fileno(), "wb", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
