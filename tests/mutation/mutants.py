"""Small wrong versions of a module: one changed operator, constant or condition each."""

import ast
import copy
from collections.abc import Iterator

import attrs

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@attrs.frozen
class Mutant:
    """One wrong version: *number* within its module, where, what was changed, and the whole source."""

    number: int
    line: int
    change: str
    source: str = attrs.field(repr=False)


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in source order. Docstrings, annotations and messages are left alone."""
    tree = ast.parse(source)
    places = sorted(_places(tree), key=lambda place: place[:2])
    for number, (line, _, path, change) in enumerate(places):
        wrong = copy.deepcopy(tree)
        change(wrong, path)
        text = ast.unparse(wrong)
        yield Mutant(number, line, _told(ast.unparse(tree), text), text)


Path = tuple[tuple[str, int | None], ...]


def _places(tree: ast.AST) -> list[tuple[int, int, Path, object]]:
    found = []

    def visit(node: ast.AST, path: Path) -> None:
        found.extend((node.lineno, node.col_offset, path, change) for change in _changes(node))  # type: ignore[attr-defined]
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list") or isinstance(node, (ast.Raise, ast.JoinedStr)):
                continue
            if isinstance(value, ast.AST):
                visit(value, (*path, (name, None)))
            elif isinstance(value, list):
                for index, each in enumerate(value):
                    if isinstance(each, ast.AST):
                        visit(each, (*path, (name, index)))

    visit(tree, ())
    return found


def _changes(node: ast.AST) -> Iterator[object]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            yield _setting(lambda at: at.ops.__setitem__(0, COMPARISONS[type(operator)]()))
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            yield _setting(lambda at: setattr(at, "op", OPERATORS[type(operator)]()))
        case ast.AugAssign(op=operator) if type(operator) in OPERATORS:
            yield _setting(lambda at: setattr(at, "op", OPERATORS[type(operator)]()))
        case ast.BoolOp(op=operator):
            other = ast.Or if isinstance(operator, ast.And) else ast.And
            yield _setting(lambda at: setattr(at, "op", other()))
        case ast.Constant(value=bool() as value):
            yield _setting(lambda at: setattr(at, "value", not value))
        case ast.Constant(value=int() as value):
            yield _setting(lambda at: setattr(at, "value", value + 1))
        case ast.UnaryOp(op=ast.Not(), operand=_):
            yield _setting(lambda at: setattr(at, "op", ast.UAdd()))
        case ast.If() | ast.IfExp() | ast.While():
            yield _setting(lambda at: setattr(at, "test", ast.UnaryOp(ast.Not(), at.test)))
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield _setting(lambda at: setattr(at.func, "id", CALLS[name]))


def _setting(act: object) -> object:
    def change(tree: ast.AST, path: Path) -> None:
        node = tree
        for name, index in path:
            node = getattr(node, name) if index is None else getattr(node, name)[index]
        act(node)  # type: ignore[operator]
        ast.fix_missing_locations(tree)

    return change


def _told(right: str, wrong: str) -> str:
    """Return the lines that differ, as ``right -> wrong``."""
    pairs = zip(right.splitlines(), wrong.splitlines(), strict=False)
    return next((f"{one.strip()} -> {other.strip()}" for one, other in pairs if one != other), "?")[:200]
