"""Folders and files say what the system does: the same capability names everywhere, the same file names inside."""

from tests.architecture.source import ROOT, modules, of

CAPABILITIES = frozenset(
    """shared repayment ledger settings approvals brands access customers leads documents kyc banking bureau onboarding loans
    decisioning agreements payments disbursement collections allocation calling messaging colending reporting audit jobs
    privacy""".split()
)
"""The rows of the house, which .importlinter holds in order."""

ALSO = {
    "los_adapters": {"migrations", "wire"},
    "los_http": {"sandbox"},
    "los_worker": set(),
    "los_cli": {"demo"},
    "los_domain": set(),
}
BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "service", "services", "base"}


def test_every_folder_is_a_capability() -> None:
    strangers = {
        f"{module.package}/{module.capability}"
        for module in modules()
        if module.capability and module.capability not in CAPABILITIES | ALSO[module.package]
    }
    assert not strangers, f"a folder is named by a row of the house, in every package alike: {sorted(strangers)}"


def test_a_folder_outside_the_domain_has_its_namesake_there() -> None:
    domain = {module.capability for module in of("los_domain")}
    orphans = {
        f"{module.package}/{module.capability}"
        for module in modules()
        if module.capability and module.capability not in domain | ALSO[module.package]
    }
    assert not orphans, f"what and why come first, in los_domain: {sorted(orphans)}"


def test_no_drawer_for_everything() -> None:
    drawers = [str(module.path.relative_to(ROOT)) for module in modules() if module.path.stem in BANNED]
    assert not drawers, f"say what is in it: {drawers}"


def test_drivers_use_the_names_for_routes_that_the_house_gives() -> None:
    known = {"__init__", "web", "partner", "admin", "webhooks", "schemas"}
    strangers = [
        str(module.path.relative_to(ROOT))
        for module in of("los_http")
        if module.capability and module.capability not in ("shared", "sandbox") and module.path.stem not in known
    ]
    assert not strangers, f"routes lie in web, partner, admin or webhooks, their bodies in schemas: {strangers}"


def test_every_package_says_that_it_is_typed() -> None:
    for package in ("los_domain", "los_adapters", "los_http", "los_worker", "los_cli"):
        assert (ROOT / package / "py.typed").exists(), package


def test_every_module_says_what_it_is_for() -> None:
    import ast

    silent = [
        str(module.path.relative_to(ROOT))
        for module in modules()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]
    assert not silent, f"the first line of a file says what is in it: {silent}"
