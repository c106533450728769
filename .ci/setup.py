"""
Prepares this folder for work: ``.venv`` from the lock file, the command ``los`` in it, and a master key. ``make setup`` calls it.

Needs Python 3.11 alone; uses uv where it is installed, because it is an order of magnitude faster. Runs again only when lock file or
project changed.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.lock"
KEY = ROOT / ".los" / "master.key"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")


def main() -> int:
    """Prepare what is missing and return the exit code."""
    if sys.version_info < (3, 11):
        print(f"LOS needs Python 3.11 or newer, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    stamp, wanted = VENV / "los.stamp", _wanted()
    if not stamp.exists() or stamp.read_text() != wanted:
        _install()
        stamp.write_text(wanted)
    _make_key()
    return 0


def _wanted() -> str:
    """Return a name of everything that the environment is made from; a moved folder needs a new one too."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _install() -> None:
    print(f"preparing {VENV} …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(VENV))
        pip = (uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(BIN / "python"))
    else:
        venv.create(VENV, with_pip=True)
        pip = (str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "--require-hashes", "--requirement", str(LOCK))
    # What builds the project is in the lock file too: nothing is downloaded here, so that every byte had its hash checked.
    _run(*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def _make_key() -> None:
    KEY.parent.mkdir(mode=0o700, exist_ok=True)
    if KEY.exists():
        return
    with os.fdopen(os.open(KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    print(f"made {KEY}: keep a copy apart from the database, without it nothing in it can be read")


def _run(*command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run(command, check=True, env=environment, cwd=ROOT)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failed:
        print(f"setup failed: {' '.join(failed.cmd[:4])} … ended with {failed.returncode}", file=sys.stderr)
        sys.exit(1)
