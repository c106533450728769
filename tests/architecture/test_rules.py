"""Rules that imports cannot express. Each failure says the rule and its reason."""

import ast
import re

from tests.architecture.source import called, modules, of

SESSION_SET = re.compile(
    r"^\s*(set|reset|discard)\s+(?!transaction\b|constraints\b|local\b)(session\s+|role\b|los\.|\w+\s*(=|to\b))",
    re.IGNORECASE,
)
MAY_SET = {"los_adapters.shared.migrate"}
"""Runs alone on a connection that it opens and closes."""


def test_no_setting_outlives_its_transaction() -> None:
    found = [
        f"{module.at(node.lineno)}: {node.value.strip()[:60]}"
        for module in modules()
        if module.name not in MAY_SET
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (SESSION_SET.match(node.value) or re.search(r"set_config\([^)]*,\s*false\s*\)", node.value))
    ]
    assert not found, (
        f"a session-level SET leaks to the next user of a pooled connection; use set_config(…, true): {found}"
    )


def test_only_policies_change_a_status() -> None:
    found = []
    for module in modules():
        in_policy = module.package == "los_domain" and re.search(r"\.(policy|states)(\.|$)", module.name)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and not in_policy:
                named = [keyword.arg for keyword in node.keywords]
                makes = called(node).rpartition(".")[2][:1].isupper() and re.search(r"\.usecases(\.|$)", module.name)
                if "status" in named and (called(node).rpartition(".")[2] == "evolve" or makes):
                    found.append(module.at(node.lineno))
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(t, ast.Attribute) and t.attr == "status" and not _is_self(t) for t in targets):
                    found.append(module.at(node.lineno))
    assert not found, f"a status is an answer of the owning capability's policy, never an assignment: {found}"


def _is_self(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def test_no_exception_is_swallowed() -> None:
    found = []
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            )
            if broad and all(isinstance(line, ast.Pass | ast.Continue) for line in node.body):
                found.append(module.at(node.lineno))
    assert not found, f"an error is answered, retried or raised: {found}"


def test_the_sandbox_is_a_stranger() -> None:
    found = [
        f"{module.at(line)} imports {name}"
        for module in of("los_http")
        if module.capability == "sandbox"
        for name, _, line in module.imports()
        if name.startswith(("los_", "tests")) and not name.startswith("los_http.sandbox")
    ]
    assert not found, f"who plays the vendors reads the vendors' pages, not our code: {found}"


def test_the_demo_speaks_http_only() -> None:
    found = [
        f"{module.at(line)} imports {name}"
        for module in of("los_cli")
        if module.name.startswith("los_cli.demo")
        for name, _, line in module.imports()
        if name.startswith(("los_domain", "los_adapters"))
    ]
    assert not found, f"the demo proves what an outside program can do: {found}"
