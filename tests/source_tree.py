"""The files of the checkout, and how tests read them."""

import re

from weir_harness import ROOT

SRC = ROOT / "src"
# The C++ files of src.
FILES = sorted(path for path in SRC.rglob("*") if path.suffix in (".hpp", ".cpp"))
# Every file of C++, Lua, Python and shell in the checkout. Scripts have no suffix.
ALL_SOURCES = sorted(
    path
    for folder in ("src", "tests", "fuzz", "bench", "scripts", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
    and (path.suffix in (".hpp", ".cpp", ".in", ".py", ".lua", ".sh") or "." not in path.name)
    and not {"corpus", "data"} & set(path.parts)
)


def is_test(path):
    """A test, or a helper of tests."""
    return path.stem.endswith("_test") or "testing" in path.parts


def module_of(path):
    return path.relative_to(SRC).parts[0]


def includes(path):
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(), re.MULTILINE)


def without_comments_and_strings(text):
    """The same text, comments and literals blanked, line breaks kept."""
    pattern = r'R"(\w*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda m: '""' + "\n" * m.group(0).count("\n"), text, flags=re.DOTALL)
