"""Who gets in: signs people in and out, recognises sessions, tokens and trusted proxies, and keeps the trail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Protocol, TypeVar

import structlog

from monitor.access import keys, passwords
from monitor.access.people import (
    FAILED,
    LOGIN,
    LOGOUT,
    Account,
    BadAccount,
    Deed,
    Principal,
    Session,
    Token,
    Via,
    member,
    name_of,
    owner,
    program,
)
from monitor.access.roles import Action, Role, Scope
from monitor.access.throttle import Familiar, Rule, Throttle
from monitor.errors import MonitorError
from monitor.settings import Login, LoginMode, Settings

T = TypeVar("T")
log = structlog.get_logger(__name__)

_SECOND = timedelta(seconds=1)
BY_ADDRESS = Rule(free=10, first=2 * _SECOND, longest=timedelta(minutes=15), forgotten=timedelta(hours=1))
BY_ACCOUNT = Rule(free=5, first=2 * _SECOND, longest=timedelta(minutes=1), forgotten=timedelta(hours=1))
"""Shorter: whoever fails on purpose, from many addresses, must not keep the owner out for long."""
KNOWN_FOR = timedelta(days=30)
"""How long it is remembered from where an account signed in: there, what others fail at does not keep it waiting."""
LOOKED = timedelta(hours=12)
"""Pictures come with every view of a page; in the trail, one person's look at one of them counts once in so long."""
TOUCH = timedelta(minutes=1)
"""How exactly it is kept when a session was last used."""
MOST_SESSIONS = 10
"""Of one account; the oldest end."""
MOST_WAITING = 8
"""Passwords that may wait to be compared; more are turned away."""
MOST_FAILURES = 200
"""Failed logins that the trail takes in an hour, whoever they are of; the log has all."""
_HOUR = timedelta(hours=1)
WRONG = "Nama atau kata sandi salah."
CHANGED = "Akun ini baru saja diubah. Coba masuk lagi."
"""Told to nobody who has not shown the account's password."""
UNKNOWN = "(tidak dikenal)"
"""In the trail for a name that is no account's: people type passwords there."""


class Refusal(MonitorError):
    """Nobody is let in; the message is for the person, and the same whoever asked."""

    def __init__(self, message: str, wait: timedelta = timedelta(0)) -> None:
        """*wait*: how long to wait before trying again; zero when that would not help."""
        super().__init__(message)
        self.wait = wait


class Known(Protocol):
    """What a store knows."""

    @property
    def accounts(self) -> Sequence[Account]:
        """People."""

    @property
    def sessions(self) -> Sequence[Session]:
        """Who is signed in."""

    @property
    def tokens(self) -> Sequence[Token]:
        """Programs."""


class Ledger(Protocol):
    """The part of a `Store` that a doorkeeper needs."""

    async def access(self) -> Known:
        """Everything that decides who gets in."""

    async def put_account(self, item: Account, deed: Deed) -> None:
        """Keep *item*, end its sessions, append *deed*."""

    async def put_password(self, item: Account) -> None:
        """Keep *item*; nobody is signed out."""

    async def drop_account(self, name: str, deed: Deed) -> None:
        """Forget *name* and its sessions."""

    async def put_session(self, item: Session, deed: Deed, ended: Sequence[bytes] = ()) -> None:
        """Keep *item*, forget *ended*."""

    async def touch_session(self, digest: bytes, seen: datetime) -> None:
        """It was used."""

    async def drop_session(self, digest: bytes, deed: Deed) -> None:
        """End it."""

    async def put_token(self, item: Token, deed: Deed) -> None:
        """Keep *item*."""

    async def drop_token(self, name: str, deed: Deed) -> None:
        """Forget it."""

    async def put_deed(self, deed: Deed) -> None:
        """Append it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What goes into the browser's cookie."""

    secret: str
    session: Session


class Doorkeeper:
    """
    The one who knows accounts, sessions and tokens, all in memory; every change is safe before it counts.

    Made by `open`, ended by `close`. Whatever changes something raises `BadAccount` for what cannot be, and what the
    ledger raises.
    """

    def __init__(
        self, settings: Settings, ledger: Ledger, known: Known, now: Callable[[], datetime], local: str
    ) -> None:
        """Use `open`."""
        self._settings: Login = settings.login
        self.is_required = is_required(settings)
        self._ledger = ledger
        self._now = now
        self._local = local
        self._proxy_secret = keys.fresh()
        self._accounts = {item.name: item for item in known.accounts}
        self._sessions = {item.digest: item for item in known.sessions}
        self._tokens = {item.digest: item for item in known.tokens}
        self._changing = asyncio.Lock()
        self._by_address = Throttle(BY_ADDRESS)
        self._by_account = Throttle(BY_ACCOUNT)
        self._at_home = Familiar(KNOWN_FOR)
        for session in sorted(known.sessions, key=lambda item: item.created):
            self._at_home.see((session.account, _network_of(session.address)), session.created)
        self._looks = Familiar(LOOKED)
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="password")
        self._waiting = 0
        self._hour = (now(), 0)
        self._nobody = ""

    @classmethod
    async def open(cls, settings: Settings, ledger: Ledger, now: Callable[[], datetime], local: str = "") -> Doorkeeper:
        """The doorkeeper of what *ledger* knows; whoever shows *local* owns this machine (empty: nobody does)."""
        return cls(settings, ledger, await ledger.access(), now, local)

    async def close(self) -> None:
        """Let the comparison under way end."""
        await asyncio.to_thread(self._hashing.shutdown, cancel_futures=True)

    # Who is it?

    @property
    def accounts(self) -> tuple[Account, ...]:
        """By name."""
        return tuple(self._accounts[name] for name in sorted(self._accounts))

    @property
    def tokens(self) -> tuple[Token, ...]:
        """By name."""
        return tuple(sorted(self._tokens.values(), key=lambda item: item.name))

    def by_secret(self, secret: str, address: str) -> Principal | None:
        """Whoever shows *secret* as a bearer token; None for a token that opens nothing."""
        if self._local and keys.are_same(secret, self._local):
            return owner(address)
        found = self._tokens.get(keys.digest(secret))
        return None if found is None or found.is_over(self._now()) else program(found, address)

    def by_cookie(self, secret: str, address: str) -> Principal | None:
        """Whoever has the session *secret*; None when it has ended."""
        session = self._sessions.get(keys.digest(secret))
        account = self._accounts.get(session.account) if session and self._is_alive(session) else None
        if account is None or account.disabled:
            return None
        return member(account.name, account.role, Via.SESSION, address, keys.csrf_of(secret))

    def _is_alive(self, session: Session) -> bool:
        now = self._now()
        return now - session.seen < self._settings.idle and now - session.created < self._settings.lifetime

    async def touch(self, secret: str) -> None:
        """A person has just used the session *secret*."""
        session, now = self._sessions.get(keys.digest(secret)), self._now()
        if session is not None and self._is_alive(session) and now - session.seen >= TOUCH:
            self._sessions[session.digest] = replace(session, seen=now)
            await self._ledger.touch_session(session.digest, now)

    def believes(self, peer: str) -> bool:
        """Whether *peer* is one of the named proxies."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address.version == net.version and address in net for net in self._settings.proxies)

    def by_proxy(self, user: str, groups: str, address: str) -> Principal | None:
        """Whom a trusted proxy names; None when that person has no role here."""
        try:
            name = name_of(user)
        except BadAccount:
            return None
        account = self._accounts.get(name)
        if account is not None and account.disabled:
            return None
        said = (self._settings.roles.get(group.strip()) for group in groups.split(","))
        role = next((role for role in said if role is not None), account.role if account else None)
        if role is None:
            return None
        return member(name, role, Via.PROXY, address, keys.csrf_of(self._proxy_secret, name))

    @property
    def asks_proxies(self) -> bool:
        """Whether a named proxy's word is enough."""
        return self._settings.mode is LoginMode.PROXY

    @property
    def user_header(self) -> str:
        """Where a proxy names the person, in lower case."""
        return self._settings.user_header.lower()

    @property
    def role_header(self) -> str:
        """Where it names groups, in lower case."""
        return self._settings.role_header.lower()

    # Signing in and out.

    async def sign_in(self, user: str, password: str, address: str, old: str = "") -> SignedIn:
        """
        A new session for *user*; *old*, the session that the browser had, ends.

        Raises `Refusal`. Takes as long for a name that is none, and says the same.
        """
        account = await self._proved(user.strip().lower()[:100], password, address, Via.NOBODY)
        return await self._begin(account, password, address, old)

    async def change_password(self, who: Principal, password: str, new: str) -> SignedIn:
        """
        A new session for *who*, whose password is *new* from now on; all that the account had have ended.

        Raises `Refusal` when *password* is not theirs, and `BadAccount` when *new* may not be one.
        """
        passwords.require_good(new)
        if new == password:
            raise BadAccount("kata sandi baru sama dengan yang lama; pilih yang lain")
        account = await self._proved(who.name, password, who.address, who.via)
        encoded = await self._hash(lambda: passwords.encode(new))
        item = replace(account, password=encoded, changed=self._now())
        about = f"ganti kata sandi {item.name}"
        async with self._changing:
            self._require_same(account)
            await self._keep(item, self._deed(Action.ADMIN.value, item.name, who.via, who.address, about))
        return await self._begin(item, new, who.address, "")

    async def _proved(self, typed: str, password: str, address: str, via: Via) -> Account:
        """The account *typed*, whose *password* it is. Raises `Refusal`."""
        failures = self._try(typed, address)
        account = self._accounts.get(typed)
        if not await self._is_right(account, password):
            await self._failed(typed, address, failures, via)
            raise Refusal(WRONG)
        assert account is not None  # noqa: S101 – nobody's password is right
        network = _network_of(address)
        self._by_account.clear(typed)
        self._by_address.forgive(network)  # no more: one's own account is no way to try others' for longer
        self._at_home.see((typed, network), self._now())
        return account

    def _try(self, typed: str, address: str) -> int:
        """
        How many tries have failed in a row, with this one: counted before it is compared, as they come in parallel.

        Raises `Refusal` while there is to be none. An office is one address to us: where an account has signed in
        before, only what was tried with that account makes it wait, or anybody there could keep out everybody.
        """
        now, network = self._now(), _network_of(address)
        places = ((self._by_account, typed), (self._by_address, network))
        counting = places[:1] if self._at_home.knows((typed, network), now) else places
        if wait := max(throttle.wait(key, now) for throttle, key in counting):
            seconds = -(-wait // _SECOND)
            raise Refusal(f"Terlalu banyak percobaan. Coba lagi dalam {seconds} detik.", wait)
        return max([throttle.fail(key, now) for throttle, key in places])

    async def _is_right(self, account: Account | None, password: str) -> bool:
        is_known = account is not None and account.disabled is None
        if not self._nobody:
            self._nobody = await self._hash(lambda: passwords.encode(keys.fresh()))
        encoded = account.password if account is not None and is_known else self._nobody
        return await self._hash(lambda: passwords.is_right(encoded, password)) and is_known

    async def _hash(self, call: Callable[[], T]) -> T:
        """One at a time, off the event loop, so that visits go on."""
        if self._waiting >= MOST_WAITING:
            raise Refusal("Sedang banyak yang masuk. Coba lagi sebentar lagi.", _SECOND)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hashing, call)
        finally:
            self._waiting -= 1

    async def _failed(self, typed: str, address: str, failures: int, via: Via) -> None:
        """In the trail at the 1st, 2nd, 4th, 8th … failure in a row, and so many an hour: it must not be flooded."""
        known, now = typed if typed in self._accounts else UNKNOWN, self._now()
        log.warning("login.failed", account=known, address=address, failures=failures)
        if now - self._hour[0] >= _HOUR:
            self._hour = (now, 0)
        if failures & (failures - 1) == 0 and self._hour[1] < MOST_FAILURES:
            self._hour = (self._hour[0], self._hour[1] + 1)
            about = f"{failures} kali berturut-turut" if failures > 1 else ""
            await self._ledger.put_deed(self._deed(FAILED, known, via, address, about))

    async def _begin(self, account: Account, password: str, address: str, old: str) -> SignedIn:
        secret, now = keys.fresh(), self._now()
        session = Session(digest=keys.digest(secret), account=account.name, created=now, seen=now, address=address)
        renewed = await self._renewed(account, password)
        async with self._changing:
            self._require_same(account)
            ended = self._overdue(account.name, keys.digest(old))
            await self._ledger.put_session(session, self._deed(LOGIN, account.name, Via.SESSION, address), ended)
            for digest in ended:
                self._sessions.pop(digest, None)
            self._sessions[session.digest] = session
            if renewed is not None:
                await self._ledger.put_password(renewed)
                self._accounts[renewed.name] = renewed
        log.info("login.succeeded", account=account.name, address=address)
        return SignedIn(secret, session)

    def _require_same(self, account: Account) -> None:
        if self._accounts.get(account.name) != account:  # it was changed, or removed, while we compared
            raise Refusal(CHANGED)

    async def _renewed(self, account: Account, password: str) -> Account | None:
        """*account* with its password encoded by today's parameters; None when it is already."""
        if not passwords.is_outdated(account.password):
            return None
        return replace(account, password=await self._hash(lambda: passwords.encode(password)))

    def _overdue(self, name: str, old: bytes) -> list[bytes]:
        """The sessions to end when *name* signs in anew."""
        over = [item.digest for item in self._sessions.values() if not self._is_alive(item) or item.digest == old]
        own = [item for item in self._sessions.values() if item.account == name and item.digest not in over]
        own.sort(key=lambda item: item.created)
        return over + [item.digest for item in own[: max(0, len(own) - MOST_SESSIONS + 1)]]

    async def sign_out(self, secret: str, address: str) -> None:
        """End the session *secret*, if it is one."""
        async with self._changing:
            session = self._sessions.pop(keys.digest(secret), None)
            if session is not None:
                deed = self._deed(LOGOUT, session.account, Via.SESSION, address)
                await self._ledger.drop_session(session.digest, deed)

    # Accounts and tokens; `by` is who makes the change.

    async def add(self, name: str, role: Role, encoded: str, by: str) -> Account:
        """A new account with the password that *encoded* is of."""
        now = self._now()
        item = Account(
            name=name_of(name), role=role, password=passwords.require_encoded(encoded), created=now, changed=now
        )
        async with self._changing:
            if item.name in self._accounts:
                raise BadAccount(f"akun {item.name} sudah ada; pakai `monitor account role` atau `passwd`")
            about = f"tambah {item.name} ({role.value})"
            await self._keep(item, self._deed(Action.ADMIN.value, by, Via.LOCAL, "", about))
        return item

    async def set_password(self, name: str, encoded: str, by: str) -> Account:
        """Another password; the account is signed out everywhere."""
        passwords.require_encoded(encoded)
        return await self._alter(name, "ganti kata sandi", by, password=encoded, changed=self._now())

    async def set_role(self, name: str, role: Role, by: str) -> Account:
        """Another role; the account is signed out everywhere."""
        return await self._alter(name, f"peran {role.value}", by, role=role)

    async def set_disabled(self, name: str, *, disabled: bool, by: str) -> Account:
        """Shut the account, or open it again; it is signed out everywhere."""
        words = "nonaktifkan" if disabled else "aktifkan"
        return await self._alter(name, words, by, disabled=self._now() if disabled else None)

    async def _alter(self, name: str, words: str, by: str, **changes: object) -> Account:
        async with self._changing:
            item: Account = replace(self._account(name), **changes)  # type: ignore[arg-type]
            await self._keep(item, self._deed(Action.ADMIN.value, by, Via.LOCAL, "", f"{words} {item.name}"))
        return item

    async def _keep(self, item: Account, deed: Deed) -> None:
        await self._ledger.put_account(item, deed)
        self._accounts[item.name] = item
        self._sign_out_all(item.name)

    async def remove(self, name: str, by: str) -> None:
        """Forget the account; what it did stays in the trail."""
        async with self._changing:
            item = self._account(name)
            deed = self._deed(Action.ADMIN.value, by, Via.LOCAL, "", f"hapus {item.name}")
            await self._ledger.drop_account(item.name, deed)
            del self._accounts[item.name]
            self._sign_out_all(item.name)

    def _account(self, name: str) -> Account:
        found = self._accounts.get(name.strip().lower())
        if found is None:
            raise BadAccount(f"tidak ada akun {name[:40]!r}; lihat `monitor account list`")
        return found

    def _sign_out_all(self, name: str) -> None:
        for digest in [item.digest for item in self._sessions.values() if item.account == name]:
            del self._sessions[digest]

    async def add_token(self, name: str, scopes: frozenset[Scope], expires: datetime | None, by: str) -> str:
        """The secret of a new token: told this once."""
        secret, now = keys.PREFIX + keys.fresh(), self._now()
        if not scopes:
            raise BadAccount("token tanpa cakupan tidak membuka apa pun; sebutkan --scope")
        if expires is not None and expires <= now:
            raise BadAccount("masa berlaku token sudah lewat; pilih waktu di kemudian hari")
        item = Token(name=name_of(name), digest=keys.digest(secret), scopes=scopes, created=now, expires=expires)
        async with self._changing:
            if any(item.name == known.name for known in self._tokens.values()):
                raise BadAccount(f"token {item.name} sudah ada; cabut dulu dengan `monitor token revoke {item.name}`")
            about = f"token {item.name} ({', '.join(sorted(scopes))})"
            await self._ledger.put_token(item, self._deed(Action.ADMIN.value, by, Via.LOCAL, "", about))
            self._tokens[item.digest] = item
        return secret

    async def revoke(self, name: str, by: str) -> None:
        """*name* opens nothing any more."""
        async with self._changing:
            found = next((item for item in self._tokens.values() if item.name == name.strip().lower()), None)
            if found is None:
                raise BadAccount(f"tidak ada token {name[:40]!r}; lihat `monitor token list`")
            deed = self._deed(Action.ADMIN.value, by, Via.LOCAL, "", f"cabut token {found.name}")
            await self._ledger.drop_token(found.name, deed)
            del self._tokens[found.digest]

    async def note(self, who: Principal, action: Action, about: str, actor: str = "") -> None:
        """Record that *who* did *action*; *actor* is the name that was given where none is known."""
        deed = self._deed(action.value, who.acting(actor), who.via, who.address, about)
        look = (deed.actor, deed.via, deed.address, deed.about)
        if action is Action.LOOK and self._looks.knows(look, deed.at):
            return
        await self._ledger.put_deed(deed)
        if action is Action.LOOK:
            self._looks.see(look, deed.at)

    def _deed(self, deed: str, actor: str, via: Via, address: str, about: str = "") -> Deed:
        return Deed(at=self._now(), actor=actor, via=via, address=address, deed=deed, about=about[:1000])


def is_required(settings: Settings) -> bool:
    """Whether the board of *settings* asks who somebody is."""
    mode = settings.login.mode
    if mode is LoginMode.AUTO:  # a name is of use only to others, who come through something that stands before it
        return not settings.web.is_loopback or bool(settings.web.names)
    return mode is not LoginMode.NONE


def lacks_people(settings: Settings, accounts: Mapping[str, Account] | Sequence[Account]) -> bool:
    """Whether nobody at all could sign in to a board that others reach."""
    by_proxy = settings.login.mode is LoginMode.PROXY  # in any other, a named proxy says from where, and not who
    return is_required(settings) and not settings.web.is_loopback and not accounts and not by_proxy


def _network_of(address: str) -> str:
    """Whom an address stands for: of IPv6, where one person has many, the /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else str(found)
