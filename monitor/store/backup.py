"""A copy of the record while it is being written, the record put back, and whether it is sound."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from monitor.access.people import Deed
from monitor.errors import reason_of
from monitor.store import access, engine, lock, migrate
from monitor.store.errors import StoreError, explained
from monitor.store.place import Place, parse, require_there
from monitor.store.schema import HEAD, audit, metadata

GZIP = b"\x1f\x8b"
_SQLITE = b"SQLite format 3\0"
_ARCHIVE = b"PGDMP"
_PAGES = 2_000
"""Copied at a time: eight megabytes, then whoever writes has a turn."""
_BLOCK = 1 << 20
_PARAMETERS = ("host", "port", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile")
"""Of a URL, that PostgreSQL's programs take from the environment under the same name."""
_FLAWS = 20
"""Told at most."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What a check of the record found."""

    revision: str | None
    rows: int
    size: int
    """Bytes on disk."""
    free: int
    """Bytes within that wait to be used again."""
    flaws: tuple[str, ...]
    """Indonesian; empty: sound."""


def backup(url: str, to: Path, *, compress: bool = False) -> int:
    """
    Copy the record at *url* into the new file *to*, while a daemon writes or not; its bytes.

    The copy is one moment of the record, verified and on the disk before it gets its name. Raises `StoreError`.
    """
    place = parse(url)
    if os.path.lexists(to):
        raise StoreError(f"{to} sudah ada", "beri nama lain; cadangan tidak pernah menimpa cadangan")
    with explained(place.name), _fresh_file(to) as part:
        if place.path is None:
            _dump(place, part)
        else:
            _copy(place, part)
        if compress and place.path is not None:  # pg_dump compresses by itself
            _squeeze(part)
        _sync(part)
        return _named(part, to)


def restore(url: str, source: Path, deed: Callable[[str], Deed], *, force: bool = False) -> bool:
    """
    Put the backup *source* in place of the record at *url*, its trail ending with what *deed* makes of its SHA-256.

    False when the backup is older than the trail, which then begins without it. Never while a daemon holds the record,
    and over another record only with *force*. Raises `StoreError`, and then nothing has changed, unless it says so.
    """
    place = parse(url)
    # One and the same file is looked at, told of and put back, whatever gets its name meanwhile.
    with _opened(source) as file:
        if _kind_of(file, source) != ("pg" if place.path is None else "sqlite"):
            raise StoreError(f"{source} cadangan basis data jenis lain", "pulihkan ke jenis basis data yang sama")
        noted = deed(_digest(file, source))
        with explained(place.name):
            if place.path is None:
                return _restore_postgresql(place, file, noted, force=force)
            return _restore_sqlite(place, place.path, (file, source), noted, force=force)


def check(url: str) -> Soundness:
    """Whether the record at *url* is sound: the database's own tests, references, schema, numbering. Only reads."""
    place = parse(url)
    with explained(place.name):
        source = engine.reading(place)
        try:
            with source.connect() as connection:
                return _check(connection, place)
        finally:
            source.dispose()


def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the record at *url* to the schema of this code; the revisions before and after. Raises `StoreError`."""
    place = parse(url)
    with explained(place.name), _held(place) as connection:
        with connection.begin():
            before = migrate.revision(connection)
        migrate.upgrade(connection, place.name)
        return before, HEAD


@contextmanager
def _held(place: Place) -> Iterator[Connection]:
    """The writing connection, locked as a daemon would lock it."""
    source = engine.writing(place)
    descriptor = None if place.path is None else lock.hold_file(place.path)
    try:
        with source.connect() as connection:
            if place.path is None:
                lock.hold_session(connection)
            yield connection
    finally:
        if descriptor is not None:
            os.close(descriptor)


# SQLite


def _copy(place: Place, part: Path) -> None:
    """By SQLite's own means, page by page, while others write."""
    require_there(place)
    assert place.path is not None  # noqa: S101 – whoever calls knows which database it is
    with (
        closing(sqlite3.connect(f"{place.path.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(part)) as copy,
    ):
        source.execute("BEGIN")  # one snapshot: writers go on in the WAL, and the copy never starts over
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")
        _require_sound(copy, place.name)


def _require_sound(connection: sqlite3.Connection, name: str) -> None:
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreError(f"salinan {name} rusak ({answer})", "jalankan `monitor db check`, lalu periksa diska")


def _squeeze(part: Path) -> None:
    packed = part.with_name(part.name + ".gz")
    try:
        with part.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(plain, target, _BLOCK)
        packed.replace(part)
    except BaseException:
        packed.unlink(missing_ok=True)
        raise


def _restore_sqlite(place: Place, path: Path, backup: tuple[FileIO, Path], deed: Deed, *, force: bool) -> bool:
    file, source = backup
    engine.writing(place).dispose()  # creates folder and file, readable by the owner alone
    descriptor = lock.hold_file(path)
    try:
        if path.stat().st_size and not force:
            raise StoreError(f"{place.name} sudah berisi catatan", "tambahkan --force untuk menggantinya seluruhnya")
        with _fresh_file(path.with_name(path.name + ".pulih")) as part:
            _unpack(file, source, part)
            with closing(sqlite3.connect(part)) as copy:
                copy.execute("PRAGMA journal_mode = DELETE")
                _require_sound(copy, str(source))
                _require_ours(_revision(copy), source)
            is_noted = _note(part, deed)
            _sync(part)
            for name in ("-wal", "-shm"):  # of the record that goes; they would be played into the one that comes
                path.with_name(path.name + name).unlink(missing_ok=True)
            part.replace(path)
        _sync_folder(path.parent)
        return is_noted
    finally:
        os.close(descriptor)


def _note(part: Path, deed: Deed) -> bool:
    """Append *deed* to the trail in the file *part*; False when that has none."""
    source = engine.private(part)
    try:
        with source.begin() as connection:
            return _append(connection, deed)
    finally:
        source.dispose()


def _unpack(file: FileIO, source: Path, part: Path) -> None:
    file.seek(0)
    is_packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    with _reading(source, "pakai cadangan lain"), part.open("wb") as plain:
        shutil.copyfileobj(gzip.GzipFile(fileobj=file) if is_packed else file, plain, _BLOCK)


def _revision(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def _require_ours(revision: str | None, source: Path) -> None:
    if revision is None:
        raise StoreError(f"{source} bukan cadangan catatan", "pilih berkas dari `monitor db backup`")
    if revision > HEAD:
        raise StoreError(f"{source} ditulis oleh versi yang lebih baru (skema {revision})", "pasang versi itu dahulu")


# PostgreSQL


def _dump(place: Place, part: Path) -> None:
    with _as_client(place) as environment:
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(part)], environment, place)
        _run(["pg_restore", "--list", str(part)], environment, place)  # readable to its end


def _restore_postgresql(place: Place, file: FileIO, deed: Deed, *, force: bool) -> bool:
    with _held(place) as connection, _as_client(place) as environment:
        with connection.begin():
            is_empty = not inspect(connection).get_table_names()
        if not is_empty and not force:
            raise StoreError(f"{place.name} sudah berisi catatan", "tambahkan --force untuk menggantinya seluruhnya")
        _run(["pg_restore", "--list"], environment, place, file)
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        clean = [] if is_empty else ["--clean", "--if-exists"]
        _run(["pg_restore", *options, *clean, f"--dbname={environment['PGDATABASE']}"], environment, place, file)
        return _append_after(connection, deed)


def _append_after(connection: Connection, deed: Deed) -> bool:
    """As `_append`, when the record is there again already. Raises `StoreError` that says so."""
    try:
        with connection.begin():
            return _append(connection, deed)
    except SQLAlchemyError as error:
        why = "catatan sudah dipulihkan, tetapi jejak tindakan tidak dapat ditulis"
        raise StoreError(why, "periksa servernya, lalu catat pemulihan ini di berita acara") from error


@contextmanager
def _as_client(place: Place) -> Iterator[dict[str, str]]:
    """The environment in which PostgreSQL's programs reach *place*; the password stands in a file of its own."""
    url, environment = place.url, dict(os.environ)
    named = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    asked = {f"PG{key.upper()}": url.query[key] for key in _PARAMETERS if key in url.query}
    environment |= {key: str(value) for key, value in (named | asked).items() if value is not None}
    with tempfile.TemporaryDirectory(prefix="monitor-db-") as folder:
        if url.password is not None:
            file = Path(folder) / "pass"
            file.touch(mode=0o600)
            file.write_text(f"*:*:*:*:{_escaped(str(url.password))}\n", encoding="utf-8")
            environment |= {"PGPASSFILE": str(file)}
            environment.pop("PGPASSWORD", None)
        yield environment


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _run(words: list[str], environment: dict[str, str], place: Place, file: FileIO | None = None) -> None:
    """Run *words*, which read *file* from its beginning, if any."""
    if file is not None:
        file.seek(0)
    fed = subprocess.DEVNULL if file is None else file
    try:
        done = subprocess.run(  # noqa: S603 - literal words and paths, no shell
            words, env=environment, stdin=fed, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise StoreError(
            f"{words[0]} tidak dapat dijalankan ({reason_of(error)})", "pasang postgresql-client"
        ) from error
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-300:]
        raise StoreError(f"{words[0]} untuk {place.name} gagal ({said})", "periksa servernya dan hak akunnya")


# Both


def _append(connection: Connection, deed: Deed) -> bool:
    """Append *deed* to the trail behind *connection*; False when its schema is older than trails are."""
    if not inspect(connection).has_table(audit.name):
        return False
    access.put_deed(connection, deed)
    return True


@contextmanager
def _opened(source: Path) -> Iterator[FileIO]:
    """The file *source*, unbuffered: programs read it from where it stands. Raises `StoreError`."""
    with _reading(source, "periksa nama dan hak akses"):
        file = source.open("rb", buffering=0)
    with file:
        yield file


@contextmanager
def _reading(source: Path, remedy: str) -> Iterator[None]:
    """Whatever keeps *source*, or what is packed in it, from being read is a `StoreError` with *remedy*."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise StoreError(f"{source} tidak dapat dibaca ({_unread(error)})", remedy) from error


def _digest(file: FileIO, source: Path) -> str:
    """The SHA-256 of *file*, by which a backup can be known again."""
    with _reading(source, "periksa diska"):
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind_of(file: FileIO, source: Path) -> str:
    """`sqlite` or `pg`. Raises `StoreError` for anything else."""
    with _reading(source, "periksa nama dan hak akses"):
        head = file.read(len(_SQLITE))
        if head.startswith(GZIP):
            file.seek(0)
            head = gzip.GzipFile(fileobj=file).read(len(_SQLITE))
    if head == _SQLITE:
        return "sqlite"
    if head.startswith(_ARCHIVE):
        return "pg"
    raise StoreError(f"{source} bukan cadangan catatan", "pilih berkas dari `monitor db backup`")


def _unread(error: Exception) -> str:
    """Why a file, or what is packed in it, could not be read; gzip tells of what is torn without a number."""
    return reason_of(error) if isinstance(error, OSError) and error.errno else "isinya rusak atau terpotong"


@contextmanager
def _fresh_file(beside: Path) -> Iterator[Path]:
    """An empty file next to *beside*, readable by its owner alone; it is gone afterwards, unless it got a name."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{beside.name}.", dir=beside.parent)
    except OSError as error:
        raise StoreError(f"{beside.parent} tidak dapat ditulis ({reason_of(error)})", "pilih folder lain") from error
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for left in (name, f"{name}-journal", f"{name}-wal", f"{name}-shm"):
            Path(left).unlink(missing_ok=True)


def _named(part: Path, to: Path) -> int:
    """Give *part* the name *to*, which nothing has; its bytes."""
    try:
        os.link(part, to)
    except FileExistsError:
        raise StoreError(f"{to} sudah ada", "beri nama lain; cadangan tidak pernah menimpa cadangan") from None
    except OSError:  # a file system without links
        part.rename(to)
    _sync_folder(to.parent)
    return to.stat().st_size


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(connection: Connection, place: Place) -> Soundness:
    revision = migrate.revision(connection)
    if revision is None:
        raise StoreError(f"{place.name} belum berisi catatan", "jalankan `monitor serve` dahulu")
    flaws = list(_damage(connection) if place.path is not None else ())
    if revision != HEAD:
        flaws.append(f"skema {revision}, program ini mengenal {HEAD}: jalankan `monitor db upgrade`")
    if not flaws:
        flaws += _numbering(connection)
    size, free = _sizes(connection, is_sqlite=place.path is not None)
    rows = 0 if flaws else int(connection.scalar(text("SELECT count(*) FROM sample")) or 0)
    return Soundness(revision, rows, size, free, tuple(flaws[:_FLAWS]))


def _damage(connection: Connection) -> Iterator[str]:
    for (answer,) in connection.execute(text(f"PRAGMA integrity_check({_FLAWS})")):
        if answer != "ok":
            yield f"rusak: {answer}; pulihkan dari cadangan"
    for table, number, parent, _key in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"{table} nomor {number} menunjuk baris {parent} yang tidak ada; pulihkan dari cadangan"


def _numbering(connection: Connection) -> Iterator[str]:
    """Tables that only grow: no number may come again, so the next one must lie above all that were given."""
    for table in metadata.sorted_tables:
        if not table.dialect_options["sqlite"]["autoincrement"]:
            continue
        (number,) = table.primary_key
        last = int(connection.scalar(select(func.max(number))) or 0)
        if _given(connection, table.name, number.name) < last:
            yield f"penomoran {table.name} mundur (nomor {last} sudah terpakai); pulihkan dari cadangan"


def _given(connection: Connection, name: str, column: str) -> int:
    """The last number that was given in the table *name*; 0 when none was."""
    if connection.dialect.name == "sqlite":
        found = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name})
        return int(found or 0)
    sequence = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, :column))")
    return int(connection.scalar(sequence, {"name": name, "column": column}) or 0)


def _sizes(connection: Connection, *, is_sqlite: bool) -> tuple[int, int]:
    if not is_sqlite:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0), 0
    page, count, free = (
        int(connection.scalar(text(f"PRAGMA {name}")) or 0) for name in ("page_size", "page_count", "freelist_count")
    )
    return page * count, page * free
