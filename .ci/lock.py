"""
The lock files: exact versions with hashes, without a word on where they were downloaded from.

``--upgrade`` chooses anew with uv; without it only what pyproject.toml demands is changed. ``--check`` needs neither uv nor network: it
compares pyproject.toml with the lock files, and the lock file with what is installed.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "dev": ["--all-extras", "--group", "dev"],
    "service": ["--extra", "service"],
}


def path_of(name: str) -> Path:
    """Return the lock file called *name*."""
    return ROOT / "requirements" / f"{name}.lock"


def write(*, upgrade: bool) -> None:
    """Write both files with uv; service takes its versions from dev, so that what is shipped is what was tested."""
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit(".ci/lock.py needs uv on PATH")
    for name, choice in FILES.items():
        command = [uv, "pip", "compile", "pyproject.toml", *choice, "--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-header", "--no-annotate", "--quiet", "-o", str(path_of(name))]
        if upgrade and name == "dev":
            command += ["--upgrade"]
        if name == "service":
            pins = [f"{package}=={version}" for package, version in locked("dev").items()]
            subprocess.run([*command, "--upgrade", "-c", "-"], input="\n".join(pins), text=True, check=True, cwd=ROOT)
        else:
            subprocess.run(command, check=True, cwd=ROOT)


def locked(name: str) -> dict[str, str]:
    """Return version by package that a lock file has for this platform and Python."""
    from packaging.requirements import Requirement

    lines = (line.partition(" \\")[0] for line in path_of(name).read_text().splitlines() if re.match(r"[a-z0-9]", line))
    every = [Requirement(line) for line in lines]
    here = [found for found in every if found.marker is None or found.marker.evaluate()]
    return {found.name: str(found.specifier).removeprefix("==") for found in here}


def problems() -> Iterator[str]:
    """Yield what does not fit."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras: dict[str, list[str]] = project["project"]["optional-dependencies"]
    base: list[str] = project["project"]["dependencies"]
    demanded = {
        "dev": [*base, *(text for texts in extras.values() for text in texts), *project["dependency-groups"]["dev"]],
        "service": [*base, *extras["service"]],
    }
    for name, texts in demanded.items():
        versions = locked(name)
        for text in texts:
            requirement = Requirement(text)
            version = versions.get(canonicalize_name(requirement.name))
            if requirement.marker is not None and not requirement.marker.evaluate():
                continue
            if version is None:
                yield f"{path_of(name).name} lacks {text}"
            elif not requirement.specifier.contains(version, prereleases=True):
                yield f"{path_of(name).name} has {requirement.name} {version}, pyproject.toml demands {requirement.specifier}"
        for block in re.split(r"\n(?=[a-z0-9])", path_of(name).read_text().strip()):
            if "--hash=sha256:" not in block:
                yield f"{path_of(name).name}: no hash for {block.splitlines()[0]}"
        if re.search(r"://|--index|--find-links", path_of(name).read_text()):
            yield f"{path_of(name).name} names a place of download"
    tested = locked("dev")
    for package, version in locked("service").items():
        if tested.get(package) != version:
            yield f"service.lock ships {package} {version}, dev.lock tests {tested.get(package)}"
    for package, version in tested.items():
        try:
            installed = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        if installed != version:
            yield f"installed is {package} {installed}, locked {version}: make setup"


def main() -> int:
    """Run and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--upgrade", action="store_true")
    asked = parser.parse_args()
    if not asked.check:
        write(upgrade=asked.upgrade)
        return 0
    found = list(problems())
    for problem in found:
        print(f"lock: {problem}", file=sys.stderr)
    if not found:
        print("lock files agree with pyproject.toml")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
