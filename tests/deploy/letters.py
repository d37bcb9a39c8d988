"""`python -m tests.deploy.letters FILE`: a webhook's receiver in the container; a line of JSON for each new letter."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.lab.loops import run, stopping
from tests.lab.mailbox import Letter, Mailbox


async def receive(path: Path) -> int:
    """Write letters to *path*, and where to send them to *path* with `.url` behind, until told to end."""
    stop = stopping()

    def keep(letter: Letter) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(letter), ensure_ascii=False) + "\n")

    async with Mailbox(keep) as mailbox:
        await asyncio.to_thread(Path(f"{path}.url").write_text, mailbox.url, encoding="utf-8")
        await stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(run(receive(Path(sys.argv[1]))))
