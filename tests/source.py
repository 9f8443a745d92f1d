"""The project's own source, read once, for the tests that keep the house's promises."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kotra_portal", "accounts", "companies", "mileage")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
GATES = {"public", "new_only", "member_only", "logged_in_only", "requires", "demo_only"}


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """The path as people write it: accounts/domain/signup.py."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """The name as it is imported: accounts.domain.signup."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file as a syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))

    @property
    def functions(self) -> list[ast.FunctionDef]:
        """Every function and method."""
        return [node for node in self.nodes if isinstance(node, FUNCTIONS)]

    @property
    def views(self) -> list[ast.FunctionDef]:
        """The functions that declare a gate."""
        return [node for node in self.functions if GATES & {name_of(mark) for mark in node.decorator_list}]

    @property
    def imports(self) -> set[str]:
        """What is imported, wherever the import stands, as modules where that can be told."""
        found = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    found.add(whole if is_module(whole) else node.module)
        return found


def name_of(node: ast.AST) -> str:
    """Return the last name of an expression: ``requires`` for ``access.requires(Permission.X)``."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def is_module(name: str) -> bool:
    """Tell whether the name is one of our own modules or packages."""
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").exists()


@cache
def sources() -> list[Source]:
    """Read every module of the portal, migrations excepted."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [Source(path) for path in paths if "migrations" not in path.parts]


@cache
def modules_of_tests() -> list[Source]:
    """Read every module of the tests."""
    return [Source(path) for path in sorted((ROOT / "tests").rglob("*.py"))]


@cache
def templates() -> list[Path]:
    """List every template."""
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


@cache
def files() -> list[str]:
    """List every file of the project that git knows, as paths from the top."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 (whichever git there is)
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
