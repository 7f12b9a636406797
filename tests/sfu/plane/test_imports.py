"""The plane is a leaf: linters that know Python's imports do not read Cython, so this does."""

import re
from pathlib import Path

import sfu.plane
from sfu.plane import counters

FOLDER = Path(sfu.plane.__file__).parent
OURS = re.compile(
    r"^\s*(?:from|import|cimport)\s+((?:sfu|signalling|identity|journal_bridge|server|benchmarks)[\w.]*)", re.M
)


def test_the_plane_imports_nothing_of_ours_but_itself() -> None:
    for source in [*FOLDER.glob("*.py*"), *FOLDER.glob("*.pxd")]:
        if source.suffix in (".pyx", ".pxd", ".py", ".pyi"):
            for module in OURS.findall(source.read_text()):
                assert module.startswith("sfu.plane"), f"{source.name} imports {module}"


def test_one_file_knows_the_private_binding_of_pylibsrtp() -> None:
    users = [source.name for source in FOLDER.parent.rglob("*.py*") if source.suffix in (".py", ".pyx")
             and "pylibsrtp._binding" in source.read_text()]  # fmt: skip
    assert users == ["srtp.pyx"]


def test_every_compiled_module_has_an_interface_for_type_checkers_unless_only_the_plane_uses_it() -> None:
    for source in FOLDER.glob("*.pyx"):
        has_python = re.search(r"^(?:def|cdef class) ", source.read_text(), re.M) is not None
        assert not has_python or source.with_suffix(".pyi").exists(), source.name


def test_every_function_states_its_error_contract() -> None:
    for source in [*FOLDER.glob("*.pyx"), *FOLDER.glob("*.pxd")]:
        for match in re.finditer(r"^ *cdef (?!class )(?:inline )?[\w \*]+\([^)]*\)([^:\n]*)", source.read_text(), re.M):
            line = match.group(0)
            returns_object = re.match(r" *cdef (?:object|bytes|tuple|list) ", line)
            assert returns_object or "except" in match.group(1), f"{source.name}: {line}"


def test_counter_names_suit_prometheus() -> None:
    assert len(set(counters.NAMES)) == len(counters.NAMES)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in counters.NAMES)
