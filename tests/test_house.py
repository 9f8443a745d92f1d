"""The house's promises: how the code is laid out, how large its parts are, what stands where."""

import ast
import re

import pytest

from tests.source import FUNCTIONS, GATES, PACKAGES, ROOT, Source, files, modules_of_tests, name_of, sources, templates
from tests.tools.rules_index import MARK, carriers, files_with_tests

# --- Imports point one way ------------------------------------------------------------------------------------------

LAYERS = ("errors, permissions", "models", "domain", "forms", "views, admin, commands", "urls")
# The portal's own modules that know of HTTP stand beside the views.
HTTP_SIDE = {"access", "admin_site", "context_processors", "error_pages", "menu", "middleware"}
ORDER = {"reference": 0, "accounts": 1, "companies": 2, "mileage": 3, "services": 4}
ABOVE_ALL = {"my": 5, "desk": 5, "pages": 5, "demo": 6}
# The portal's own modules that know an app: who somebody is, and the staff's log-in and limits, which are the members'.
WIRING = {
    ("kotra_portal.access", "accounts.domain.second_factor"),
    ("kotra_portal.access", "companies.domain.membership"),
    ("kotra_portal.admin_site", "accounts.domain.passwords"),
    ("kotra_portal.admin_site", "accounts.domain.second_factor"),
    ("kotra_portal.admin_site", "accounts.forms.login"),
    ("kotra_portal.admin_site", "accounts.forms.passwords"),
    ("kotra_portal.admin_site", "accounts.forms.second_factor"),
    ("kotra_portal.admin_site", "accounts.views.visit"),
}


def layer_of(module: str) -> int | None:
    """Tell on which layer a module stands; None for what stands beside (names, providers, masking …)."""
    parts = module.split(".")
    if module in {"kotra_portal.errors", "kotra_portal.permissions"}:
        return 0
    by_part = {"models": 1, "domain": 2, "forms": 3, "views": 4, "admin": 4, "management": 4, "backends": 4, "urls": 5}
    if parts[0] == "kotra_portal" and len(parts) == 2 and parts[1] in HTTP_SIDE:
        return 4
    return next((by_part[part] for part in parts if part in by_part), None)


def app_of(module: str) -> str | None:
    """Tell to which app a module belongs; None for the portal's own."""
    names = module.split(".")
    return next((name for name in names[:2] if name in ORDER or name in ABOVE_ALL), None)


def own(source: Source) -> list[str]:
    return sorted(name for name in source.imports if name.split(".")[0] in PACKAGES)


def test_imports_within_an_app_point_from_views_to_forms_to_domain_to_models():
    wrong = []
    for source in sources():
        layer = layer_of(source.module)
        # What stands beside the layers serves them all, so it may know no more than the domain.
        highest = 2 if layer is None else layer
        if source.module.startswith("kotra_portal.settings") or source.name.endswith("apps.py"):
            continue
        if source.path.parent.name == "templatetags":
            highest = 4
        wrong += [f"{source.name} imports {name}" for name in own(source) if (layer_of(name) or 0) > highest]
    assert wrong == []


def test_imports_between_apps_point_one_way():
    ranks = ORDER | ABOVE_ALL
    wrong = []
    for source in sources():
        mine = app_of(source.module)
        for name in own(source):
            theirs = app_of(name)
            if theirs is None or theirs == mine or (source.module, name) in WIRING:
                continue
            if mine is None or ranks[theirs] >= ranks[mine]:
                wrong.append(f"{source.name} imports {name}")
    assert wrong == []


def test_the_matrix_and_the_refusals_import_nothing_of_ours():
    lowest = [source for source in sources() if layer_of(source.module) == 0]
    assert [(source.name, own(source)) for source in lowest if own(source)] == []
    assert len(lowest) == 2


# --- Small ----------------------------------------------------------------------------------------------------------


def lines_of(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


def lines_of_view(view: ast.FunctionDef) -> int:
    docstring = lines_of(view.body[0]) if ast.get_docstring(view) else 0
    return lines_of(view) - docstring


def test_no_function_is_longer_than_40_lines():
    long = {
        f"{source.name}: {function.name}": lines_of(function)
        for source in sources() + modules_of_tests()
        for function in source.functions
        if lines_of(function) > 40
    }
    assert long == {}


def test_no_view_is_longer_than_20_lines():
    long = {
        f"{source.name}: {view.name}": lines_of_view(view)
        for source in sources()
        for view in source.views
        if lines_of_view(view) > 20
    }
    assert long == {}


def test_no_module_is_longer_than_400_lines():
    long = {source.name: count for source in sources() if (count := len(source.text.splitlines())) > 400}
    assert long == {}


def test_no_template_is_longer_than_120_lines():
    long = {path.name: count for path in templates() if (count := len(path.read_text().splitlines())) > 120}
    assert long == {}


# --- What stands where ----------------------------------------------------------------------------------------------

WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "set_password",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today"}


def test_views_forms_and_admin_write_nothing():
    wrong = [
        f"{source.name}:{node.lineno} .{node.func.attr}("
        for source in sources()
        if {"views", "forms", "admin"} & set(source.module.split("."))
        for node in source.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]
    assert wrong == []


def in_domain() -> list[Source]:
    return [source for source in sources() if "domain" in source.module.split(".")]


def test_time_and_actor_come_into_the_domain_as_arguments():
    wrong = []
    for source in in_domain():
        for node in source.nodes:
            if isinstance(node, ast.Call) and (
                name_of(node) in CLOCKS or (name_of(node) in {"localdate", "localtime"} and not node.args)
            ):
                wrong.append(f"{source.name}:{node.lineno} asks the clock")
            if isinstance(node, ast.arg | ast.Name) and getattr(node, "arg", getattr(node, "id", "")) == "request":
                wrong.append(f"{source.name}:{node.lineno} knows of a request")
    assert wrong == []


def test_the_domain_knows_nothing_of_http():
    knows = (
        "django.http",
        "django.shortcuts",
        "django.views",
        "django.urls",
        "django.forms",
        "django.contrib.messages",
    )
    wrong = {
        source.name: found for source in in_domain() if (found := [n for n in source.imports if n.startswith(knows)])
    }
    assert wrong == {}


def test_views_are_functions_whose_names_their_templates_carry():
    wrong = [
        f"{source.name}: {node.name}"
        for source in sources()
        if "views" in source.module.split(".")
        for node in source.nodes
        if isinstance(node, ast.ClassDef)
    ]
    assert wrong == []


def rendered() -> list[tuple[str, str]]:
    """List (module, template) of every template that a module names."""
    return [
        (source.name, node.value)
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[\w/.-]+\.html", node.value)
    ]


def test_every_template_that_is_named_exists():
    ours = {path.relative_to(ROOT / "templates").as_posix() for path in templates()}
    wrong = [(module, name) for module, name in rendered() if name not in ours]
    assert wrong == []


def test_parts_of_pages_are_rendered_by_no_view():
    wrong = [(module, name) for module, name in rendered() if "views" in module and "includes/" in name]
    assert wrong == []


def test_whatever_is_included_everywhere_is_named_as_a_part():
    wrong = [path.name for path in (ROOT / "templates/includes").glob("*.html") if not path.name.startswith("_")]
    assert wrong == []


INLINE = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc=)|javascript:", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
}


COMMENT = re.compile(r"{% comment.*?{% endcomment %}|{#.*?#}", re.DOTALL)


def is_mail(path: object) -> bool:
    return path.parent.name == "mail"


def test_templates_hold_no_inline_style_or_script():
    """Mails are read where no stylesheet of ours reaches, so theirs may carry styles, and nothing else."""
    wrong = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in templates()
        for what, pattern in INLINE.items()
        if pattern.search(COMMENT.sub("", path.read_text())) and not (is_mail(path) and what == "an inline style")
    ]
    assert wrong == []


# --- Names ----------------------------------------------------------------------------------------------------------

TOP_LEVEL = {
    "manage.py", "kotra_portal", "accounts", "companies", "mileage", "templates", "static", "tests", "docs",
    "pyproject.toml", "README.md", "Makefile", "requirements.lock",
}  # fmt: skip
FRAMEWORKS_NAMES = {"process_view", "process_request", "process_response", "process_exception", "handle_raw_input"}
NO_NAMES = {"services.py", "utils.py", "helpers.py"}
# Put together here, so that this file names none of them itself.
REGISTRIES = re.compile("|".join(re.escape(".".join(name)) for name in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("debian", "org"),
    ("unpkg", "com"), ("jsdelivr", "net"), ("cdnjs", "cloudflare", "com"),
)))  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.}/])/(?:work|root|home)/\w")


def test_the_top_holds_what_it_may_hold():
    tops = {name.split("/")[0] for name in files()}
    assert {name for name in tops if not name.startswith(".")} <= TOP_LEVEL


def test_no_file_has_a_name_that_says_nothing():
    wrong = [name for name in files() if name.split("/")[-1] in NO_NAMES or "common" in name.split("/")[:-1]]
    assert wrong == []


def test_functions_are_named_by_the_manuals_verbs():
    wrong = [
        f"{source.name}: {function.name}"
        for source in sources()
        for function in source.functions
        if function.name.lstrip("_").startswith(("do_", "handle_", "process_"))
        # A command's handle() has no tail, the hooks of middleware and upload handlers have.
        if function.name not in FRAMEWORKS_NAMES
    ]
    assert wrong == []


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry", "machine"])
def test_no_file_names_a_registrys_host_or_a_machines_path(pattern):
    found = []
    for name in files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []


# --- Words ----------------------------------------------------------------------------------------------------------


def undocumented(source: Source) -> list[str]:
    """List what is public and does not say what it means."""
    found = [] if ast.get_docstring(source.tree) or not source.tree.body else [source.name]
    for owner in [source.tree, *(node for node in source.tree.body if isinstance(node, ast.ClassDef))]:
        for node in owner.body:
            private = getattr(node, "name", "").startswith("_") or getattr(node, "name", "") in {"Meta", "Media"}
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not private and not ast.get_docstring(node):
                found.append(f"{source.name}: {node.name}")
    return found


def test_everything_public_says_what_it_means():
    assert [found for source in sources() for found in undocumented(source)] == []


def test_every_gate_is_declared_with_the_decorators_of_access():
    """A view that built its gate by hand would escape the reader's eye."""
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == "gate" and isinstance(node.ctx, ast.Store)
    ]
    assert [place for place in wrong if not place.startswith("kotra_portal/access.py")] == []
    assert {"public", "new_only", "member_only", "logged_in_only", "requires", "demo_only"} == GATES


# --- Marks: rule → module → test ------------------------------------------------------------------------------------

ROW = re.compile(r"^\|\s*(§[CSTQD]\d+)\s*\|[^|]*\|([^|]*)\|([^|]*)\|\s*$", re.MULTILINE)
FILE = re.compile(r"[\w/.-]+\.\w+")


def index() -> dict[str, tuple[list[str], list[str]]]:
    """Read README's index: mark → the modules and the tests that it names."""
    rows = ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return {mark: (FILE.findall(modules), FILE.findall(tests)) for mark, modules, tests in rows}


def test_every_mark_in_the_code_has_a_test_that_names_it():
    modules, named = carriers(sources()), carriers(files_with_tests())
    assert {mark: sorted(where) for mark, where in modules.items() if mark not in named} == {}


def test_every_mark_in_the_code_stands_in_the_index():
    rows = index()
    missing = {mark: sorted(where) for mark, where in carriers(sources()).items() if mark not in rows}
    assert missing == {}


def test_the_index_is_true():
    wrong = []
    for mark, (modules, named_tests) in index().items():
        wrong += [f"{mark}: no module"] if not modules else []
        wrong += [f"{mark}: no test"] if not named_tests else []
        for name in modules + named_tests:
            path = ROOT / name
            if not path.exists() or mark not in MARK.findall(path.read_text(encoding="utf-8")):
                wrong.append(f"{mark}: {name} does not carry the mark")
    assert wrong == []
