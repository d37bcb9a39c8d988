"""What a page says and whom it serves: bytes in, facts out – pure, shared by the checks and by `inspect`."""

from __future__ import annotations
