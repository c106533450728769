"""Who may import whom, where a rule is finer than import-linter's contracts (.importlinter holds the coarse ones)."""

from tests.architecture.source import modules, of

COMPOSITION = frozenset(
    {
        "los_adapters.backup",
        "los_adapters.agreement_facts",
        "los_adapters.bootstrap",
        "los_adapters.bridges",
        "los_adapters.core",
        "los_adapters.doctor",
        "los_adapters.notices",
        "los_adapters.operations",
        "los_adapters.sandbox",
        "los_adapters.work",
        "los_adapters.shared.providers_catalogue",
    }
)
"""The files whose work is to put adapters together."""

HANDED_OVER = {"los_adapters.bootstrap": {"Application"}, "los_adapters.operations": {"Installation"}}
"""What a driver's other modules may name: the type of the object that its main.py opened and handed to them."""


def test_a_driver_has_one_door() -> None:
    found = []
    for module in (*of("los_http"), *of("los_worker"), *of("los_cli")):
        if module.name in ("los_http.main", "los_worker.main", "los_cli.main"):
            continue
        for name, names, line in module.imports():
            if name.partition(".")[0] == "los_adapters" and not (names and set(names) <= HANDED_OVER.get(name, set())):
                found.append(f"{module.at(line)} imports {name} {', '.join(names)}")
    assert not found, f"only main.py opens los_adapters; the rest is given an Application: {found}"


def test_an_adapter_knows_no_other_capabilitys_adapter() -> None:
    found = []
    for module in of("los_adapters"):
        if module.name in COMPOSITION or module.capability in ("", "migrations"):
            continue
        for name, names, line in module.imports():
            parts = name.split(".")
            if parts[0] != "los_adapters" or len(parts) < 2:
                continue
            other = parts[1]
            if other in (module.capability, "shared", "wire"):
                continue
            reads_tables = module.path.stem == "queries" and (parts[2:] == ["tables"] or names == ("tables",))
            wires = module.path.stem == "wiring" and (name == "los_adapters.core" or parts[2:] == ["wiring"])
            if not (reads_tables or wires):
                found.append(f"{module.at(line)} imports {name}")
    assert not found, (
        f"queries.py may read any tables.py, wiring.py takes another's use cases, bridges.py binds ports; the rest keeps apart: {found}"
    )


def test_the_shared_adapters_know_no_capability() -> None:
    found = [
        f"{module.at(line)} imports {name}"
        for module in of("los_adapters")
        if module.capability in ("shared", "wire") and module.name not in COMPOSITION
        for name, _, line in module.imports()
        if name.startswith("los_adapters.") and name.split(".")[1] not in ("shared", "wire", "core")
    ]
    assert not found, f"what all stand on stands on none of them: {found}"


def test_drivers_do_not_know_each_other() -> None:
    drivers = {"los_http", "los_worker", "los_cli"}
    found = [
        f"{module.at(line)} imports {name}"
        for module in modules()
        if module.package in drivers
        for name, _, line in module.imports()
        if name.partition(".")[0] in drivers - {module.package}
    ]
    assert not found, f"drivers start one another as processes, by module name, and import none: {found}"
