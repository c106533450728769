"""What an embedder gets: the domain with attrs alone, quickly; and locks that hold every byte."""

import json
import re
import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

_LOOK = """
import sys, time
bare = time.perf_counter(); import attrs, datetime, decimal, enum, uuid; ours = time.perf_counter()
before = set(sys.modules)
import pkgutil, importlib, los_domain
names = [m.name for m in pkgutil.walk_packages(los_domain.__path__, "los_domain.")] if "--all" in sys.argv else []
for name in names: importlib.import_module(name)
done = time.perf_counter()
import json
print(json.dumps({"bare": ours - bare, "ours": done - ours, "modules": sorted(set(sys.modules) - before), "count": len(names)}))
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with attrs and the five packages' files, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    site = next((folder / "env").glob("lib/python*/site-packages"))
    for package in ("attr", "attrs"):
        spec = find_spec(package)
        assert spec
        assert spec.origin
        shutil.copytree(Path(spec.origin).parent, site / package)
    (site / "los.pth").write_text(f"{ROOT}\n")
    return folder / "env" / "bin" / "python"


def looked(python: Path, *options: str) -> dict[str, object]:
    done = subprocess.run([python, "-I", "-c", _LOOK, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_every_module_of_the_domain_imports_with_attrs_alone(bare: Path) -> None:
    found = looked(bare, "--all")
    assert int(str(found["count"])) > 40
    roots = {str(name).partition(".")[0] for name in found["modules"]}  # type: ignore[attr-defined]
    assert roots - set(sys.stdlib_module_names) <= {"los_domain", "attr", "attrs"}


def test_import_takes_a_fraction_of_what_attrs_takes(bare: Path) -> None:
    """A ratio, because a loaded machine is slow at both: the limit is 100 ms where attrs and the stdlib take some 40."""
    best = min(float(str(found["ours"])) / float(str(found["bare"])) for found in (looked(bare) for _ in range(3)))
    assert best < 2


def test_the_wheel_brings_types_and_command(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)], capture_output=True, text=True, check=True
    ).stdout
    for package in ("los_domain", "los_adapters", "los_http", "los_worker", "los_cli"):
        assert f"{package}/py.typed" in names
    assert re.search(r"dist-info/entry_points.txt", names)
    assert "tests/" not in names


def test_no_file_names_a_place_of_download() -> None:
    hosts = re.compile(rb"pypi\." + rb"org|pythonhosted\." + rb"org")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    named = [
        name
        for name in listed.decode().split("\0")
        if name and (ROOT / name).is_file() and hosts.search((ROOT / name).read_bytes())
    ]
    assert not named


def test_locks_agree_with_the_project_and_carry_hashes() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/lock.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
