"""The five packages as syntax trees, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
PACKAGES = ("los_domain", "los_adapters", "los_http", "los_worker", "los_cli")


@attrs.frozen(eq=False)
class Module:
    """One file."""

    name: str  # dotted
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @property
    def capability(self) -> str:
        """The folder below the package, or nothing for a file that lies in the package itself."""
        parts = self.path.relative_to(ROOT).parts
        return parts[1] if len(parts) > 2 else ""

    def imports(self) -> Iterator[tuple[str, tuple[str, ...], int]]:
        """Yield (module, names, line) of every import; no names for ``import x``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, (), node.lineno
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", tuple(alias.name for alias in node.names), node.lineno

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the five packages."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, ast.parse(path.read_text(), str(path))))
    return tuple(found)


def of(package: str) -> tuple[Module, ...]:
    """Return the modules of one package."""
    return tuple(module for module in modules() if module.package == package)


def called(node: ast.Call) -> str:
    """Return what a call calls, dotted, as far as it is names."""
    parts: list[str] = []
    target: ast.expr = node.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))
