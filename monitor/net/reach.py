"""Does anybody accept a TCP connection at an address? Asked with one connection, which says nothing and hangs up."""

from __future__ import annotations

from monitor.net.dial import Dialer
from monitor.net.errors import Mishap, diagnose
from monitor.net.facts import Failure
from monitor.net.progress import Progress


async def reach(dialer: Dialer, address: str, port: int, *, deadline: float) -> Failure | None:
    """Why nobody accepts a connection at *address* and *port*; None when somebody does."""
    progress = Progress(deadline)
    try:
        line = await dialer.dial(address, port, progress, fresh=False)
    except Mishap as mishap:
        return progress.failed(mishap).failure
    except OSError as error:
        return progress.failed(diagnose(error)).failure
    line.hang_up()
    return None
