"""The key to sign with: a file that only the daemon may read, or a systemd credential."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import reason_of
from monitor.folders import beside
from monitor.seal.errors import BadSeal, KeyProblem
from monitor.seal.keys import Signer

CREDENTIAL = "seal-key"
"""The name of the systemd credential; the key to change to is `seal-key-next`."""
NAME = "seal-key.pem"
NEXT = "-next"
_LARGEST = 16_384
"""Bytes; a key has some 120."""
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Place:
    """Where the key is, and the one that is to follow it."""

    key: Path
    next: Path
    is_ours: bool
    """Whether we may create and replace it; a credential is the service manager's."""


def place_of(path: Path, environment: Mapping[str, str] | None = None) -> Place:
    """The credential `seal-key` when systemd hands one over, *path* otherwise."""
    folder = (os.environ if environment is None else environment).get("CREDENTIALS_DIRECTORY")
    if folder and (credential := Path(folder, CREDENTIAL)).exists():
        return Place(credential, credential.with_name(CREDENTIAL + NEXT), is_ours=False)
    return Place(path, path.with_name(f"{path.stem}{NEXT}{path.suffix}"), is_ours=True)


def default_path(database: Path | None) -> Path:
    """In the folder of the SQLite *database*; for another one, in `var` of the service."""
    return beside(database) / NAME


def chosen(key: Path | None, database: Path | None) -> Place:
    """Where the key is by the settings' *key* and the file of the SQLite *database*, if it is one."""
    return place_of(key or default_path(database))


def read(path: Path, *, is_ours: bool = True) -> Signer:
    """The key in *path*. Raises `KeyProblem`: unreadable, open to others than its owner, or no Ed25519 key."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            state = os.fstat(file.fileno())
            content = file.read(_LARGEST)
    except OSError as error:
        raise KeyProblem(path, f"kunci segel tidak dapat dibaca ({reason_of(error)})", _UNREADABLE) from error
    if is_ours and (mode := stat.S_IMODE(state.st_mode)) & _OTHERS:
        raise KeyProblem(path, f"kunci segel terbuka bagi akun lain (mode {mode:04o})", _TOO_OPEN.format(path=path))
    try:
        return Signer.read(content)
    except BadSeal as error:
        raise KeyProblem(path, f"isi kunci segel: {error}", _NO_KEY) from error


_UNREADABLE = "jalankan dengan akun layanan, atau beri akun itu hak baca atas berkasnya"
_TOO_OPEN = "`chmod 600 {path}`; bila mungkin sudah dibaca orang lain, ganti dengan `monitor seal rotate`"
_NO_KEY = "pulihkan dari cadangan; berkas ini tidak ditimpa"


def create(path: Path) -> Signer:
    """
    A new key in a new file of mode 0600; what is there already is never overwritten. Raises `KeyProblem`.

    The file appears whole or not at all, and survives a power cut.
    """
    signer = Signer.new()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _place(path, signer.to_pem())
        _settle(path.parent)
    except FileExistsError as error:
        raise KeyProblem(path, "kunci segel sudah ada", "kunci tidak pernah ditimpa; pindahkan dahulu") from error
    except OSError as error:
        raise KeyProblem(path, f"kunci segel tidak dapat dibuat ({reason_of(error)})", _UNWRITABLE) from error
    return signer


_UNWRITABLE = "beri akun layanan hak tulis atas foldernya, atau setel [seal] key"


def _place(path: Path, content: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600, and nobody else's
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # fails when there is one already, which a rename would not
    finally:
        Path(draft).unlink()


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def promote(place: Place) -> None:
    """The next key takes the place of the one before it, which is gone. Raises `KeyProblem`."""
    try:
        place.next.replace(place.key)
        _settle(place.key.parent)
    except OSError as error:
        raise KeyProblem(place.next, f"kunci baru tidak dapat dipasang ({reason_of(error)})", _UNWRITABLE) from error


def candidates(place: Place) -> list[tuple[Path, Signer]]:
    """The key and the next one, as far as they are there. Raises `KeyProblem`."""
    return [(path, read(path, is_ours=place.is_ours)) for path in (place.key, place.next) if os.path.lexists(path)]
