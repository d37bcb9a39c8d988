"""Long messages in pieces: between lines, each piece within the limit, each saying which it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

LONGEST = 500
"""Characters of a line before its markup; escaped at worst five times as long, it still fits any limit."""


def wrapped(text: str, width: int = LONGEST) -> Iterator[str]:
    """*text* in lines of at most *width* characters, cut at spaces where there are any."""
    while len(text) > width:
        at = text.rfind(" ", width // 2, width)
        end = at if at > 0 else width
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    yield text


def pieces(lines: Iterable[str], limit: int, measure: Callable[[str], int], mark: str) -> tuple[str, ...]:
    """
    *lines* packed into as few messages as fit *limit* (as *measure* counts), in order.

    With more than one, each ends in *mark*, whose `{}` becomes `1/3`. No line may be longer than the limit less that.
    """
    room = limit - measure(mark) - _COUNTER
    packed: list[str] = []
    for line in lines:
        if packed and measure(packed[-1]) + 1 + measure(line) <= room:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    whole = [piece.strip("\n") for piece in packed if piece.strip("\n")]
    if len(whole) == 1:
        return (whole[0],)
    return tuple(f"{piece}\n{mark.format(f'{place}/{len(whole)}')}" for place, piece in enumerate(whole, start=1))


_COUNTER = 12
"""Characters that `1/3` and the line break take at most."""
