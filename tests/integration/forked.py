"""A program that tells what it was given, and ends in the way it is told to: for `test_forking`."""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
import time


def given() -> dict[str, object]:
    """What a program can know of how it was started."""
    return {
        "argv": sys.argv[1:],
        "env": dict(os.environ),
        "cwd": os.getcwd(),  # noqa: PTH109 - the word itself is what is asked
        "stdin": sys.stdin.read(),
        "open": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],  # noqa: PTH208 - the last is this look
        "threads": threading.active_count(),
        "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        "name": __name__,
    }


def main() -> None:
    """End as the first word says."""
    match sys.argv[1]:
        case "tell":
            print(json.dumps(given()))
        case "code":
            sys.exit(int(sys.argv[2]))
        case "words":
            sys.exit("tidak jadi")
        case "bug":
            raise ValueError("salah hitung")
        case "late":
            atexit.register(print, "akhirnya")
            threading.Timer(0.05, print, ["benang"]).start()
        case "signal":
            os.kill(os.getpid(), int(sys.argv[2]))
        case "wait":
            print("hidup", flush=True)
            time.sleep(600)


if __name__ == "__main__":
    main()
