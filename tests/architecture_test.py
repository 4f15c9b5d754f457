"""The rules of the code: which module includes which, where libraries are used, sizes, format and traps."""

import pathlib
import re

import pytest

from source_tree import ALL_SOURCES, FILES, SRC, includes, is_test, module_of, without_comments_and_strings
from weir_harness import ROOT


def arrows():
    """module -> (modules it may include, modules whose interface it may include), from
    docs/architecture.md."""
    table, modules = {}, []
    for row in re.findall(
        r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE
    ):
        module, knows = row
        whole, _, interfaces = knows.partition("interfaces of")
        known = (
            set(modules) if "all" in whole else {word.strip() for word in whole.split(",") if word.strip()}
        )
        table[module] = (known, {word.strip() for word in interfaces.split(",") if word.strip()})
        modules.append(module)
    return table


def closure(table, module):
    known, waiting = {module, "base"}, list(table[module][0])
    while waiting:
        one = waiting.pop()
        if one not in known:
            known.add(one)
            waiting += table[one][0]
    return known


# The file of a module that is its interface, for modules that may include no more of it.
INTERFACES = {
    "store": {"store/store.hpp"},
    "upstream": {"upstream/upstream.hpp"},
    "http": {"http/exchange.hpp"},
}


def test_every_module_is_in_the_table():
    modules = {path.name for path in SRC.iterdir() if path.is_dir()}
    assert modules == set(arrows())


@pytest.mark.parametrize("module", sorted(arrows()))
def test_a_module_includes_only_modules_that_it_knows(module):
    table = arrows()
    whole, interfaces = closure(table, module), table[module][1]
    wrong = []
    for path in FILES:
        if module_of(path) != module or is_test(path):
            continue
        for name in includes(path):
            target = name.split("/")[0]
            if target not in table or target in whole:
                continue
            if not (target in interfaces and name in INTERFACES[target]):
                wrong.append(f"{path.relative_to(ROOT)} includes {name}")
    assert wrong == []


# Which modules may include which library; a module's tests may too.
LIBRARIES = {
    r"boost/beast": {"http"},
    r"boost/asio/(ip|local)/|boost/asio\.hpp"
    r"|boost/asio/\w*(socket|acceptor|resolver|stream_protocol|connect|tcp)\w*\.hpp": {
        "http",
        "redis",
        "node",
        "load",
    },
    r"hiredis/": {"redis"},
    r"openssl/": {"policy", "load"},
    r"simdjson": {"openai", "load"},
    r"yaml-cpp/": {"policy"},
    r"CLI/": {"config", "cli", "load"},
    r"spdlog/": {"base"},
    r"prometheus/": {"admin"},
}


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_is_used_only_in_its_modules(library):
    wrong = [
        f"{path.relative_to(ROOT)} includes {name}"
        for path in FILES
        if not is_test(path)
        for name in includes(path)
        if re.match(library, name) and module_of(path) not in LIBRARIES[library]
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ["CLI/", "spdlog/", "yaml-cpp/"])
def test_a_header_that_compiles_slowly_is_included_by_one_file_a_module(library):
    by_module = {}
    for path in FILES:
        if not is_test(path) and any(name.startswith(library) for name in includes(path)):
            by_module.setdefault(module_of(path), []).append(path.name)
    assert {module: names for module, names in by_module.items() if len(names) > 1} == {}


CLOCKS = r"clock::now\s*\(|clock_gettime|gettimeofday|\bstd::time\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)"
PURE_FILES = {
    "store/batch",
    "store/batcher",
    "redis/codec",
    "redis/handshake",
    "redis/url",
    "load/pacer",
    "load/audit",
}


def is_pure(path):
    inside = path.relative_to(SRC)
    return (
        inside.parts[0] in ("limit", "tokens", "openai", "config", "policy")
        or str(inside.with_suffix("")) in PURE_FILES
    )


def test_pure_modules_read_no_clock():
    wrong = [
        str(path.relative_to(ROOT))
        for path in FILES
        if is_pure(path)
        and not is_test(path)
        and re.search(CLOCKS, without_comments_and_strings(path.read_text()))
    ]
    assert wrong == []


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in ALL_SOURCES
        if (count := path.read_text(errors="replace").count("\n")) > 400
    }
    assert long == {}


def test_every_header_begins_with_a_sentence():
    wrong = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.suffix == ".hpp"
        and not re.match(r"// \S.*[.:;]\s*$|// \S", path.read_text().split("\n")[0])
    ]
    assert wrong == []


def function_lengths(text):
    """(first line, lines) of every body that opens on a line which looks like a function's head."""
    lines = without_comments_and_strings(text).split("\n")
    for number, line in enumerate(lines):
        head = re.match(
            r"^\s*(?!if|for|while|switch|else|do|namespace|class|struct|enum|return|catch|co_)\S.*\)"
            r"(\s*(const|noexcept|override|final|->\s*\S+))*\s*(:.*)?\{\s*$",
            line,
        )
        if not head:
            continue
        depth = 0
        for last in range(number, len(lines)):
            depth += lines[last].count("{") - lines[last].count("}")
            if depth <= 0:
                yield number + 1, last - number + 1
                break


def most_lines(path):
    """The longest function that a file may have. Those of api are short, so that each step has a name."""
    return 40 if module_of(path) == "api" else 70


def test_functions_are_short():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {count} lines"
        for path in FILES
        if not is_test(path)
        for line, count in function_lengths(path.read_text())
        if count > most_lines(path)
    ]
    assert wrong == []


# The modules that requests come in through. A new one is added here.
FRONTS = {"api", "admin"}


def foreign_includes(path, name):
    """Whether this include breaks the fences around the store and between the fronts."""
    module, target = module_of(path), name.split("/")[0]
    if target == "store":
        return module not in ("store", "admission", "node")
    return module in FRONTS and target in FRONTS and target != module


def test_only_admission_uses_the_store_and_fronts_do_not_know_each_other():
    wrong = [
        f"{path.relative_to(ROOT)} includes {name}"
        for path in FILES
        if not is_test(path)
        for name in includes(path)
        if foreign_includes(path, name)
    ]
    assert wrong == []


def test_the_fences_can_fail():
    assert foreign_includes(SRC / "api/api.cpp", "store/store.hpp")
    assert foreign_includes(SRC / "admin/metrics_handler.cpp", "api/api.hpp")
    assert not foreign_includes(SRC / "admission/limiter.cpp", "store/store.hpp")


def test_each_folder_is_one_namespace():
    wrong = []
    for path in FILES:
        if len(path.relative_to(SRC).parts) == 1:
            continue
        expected = "weir" if module_of(path) == "base" else f"weir::{module_of(path)}"
        opened = set(re.findall(r"^namespace (weir[\w:]*) \{", path.read_text(), re.MULTILINE))
        if opened - {expected}:
            wrong.append(f"{path.relative_to(ROOT)} opens {sorted(opened)}")
    assert wrong == []


def test_helpers_of_tests_have_plain_names_and_a_folder_of_their_own():
    wrong = [
        str(path.relative_to(ROOT))
        for path in FILES
        if ("testing" in path.parts) != bool(re.match(r"fake_\w+\.hpp$|\w+_fixture\.(hpp|cpp)$", path.name))
    ]
    assert wrong == []


def awaiting_expressions(text):
    """(line, expression) from every co_await or co_spawn to the end of its full expression."""
    for found in re.finditer(r"\bco_await\b|\bco_spawn\s*\(", text):
        depth, end = 0, found.start()
        while end < len(text):
            char = text[end]
            depth += char in "([" and 1 or char in ")]" and -1 or 0
            if char == ";" and depth <= 0 or depth < 0:
                break
            if char == "{" and depth <= 0:  # the body of an if or while that awaits in its head
                break
            end += 1
        yield text.count("\n", 0, found.start()) + 1, text[found.start() : end]


# Copies into temporaries inside an awaiting expression: g++ 12 destroys them twice (CONTRIBUTING.md).
TRAPS = {
    "an aggregate made in place": r"[(,]\s*(?:[A-Za-z_][\w:]*(?:<[^<>]*>)?)?\s*\{",
    "a lambda that captures by value": r"\[(?!\s*(?:this|&[^=\]]*)?\s*\])[^\[\]]*\]\s*(?:\(|mutable|\{|->)",
}
SCALAR = (
    r"[(,]\s*(?:std::)?(?:size_t|u?int\d+_t|string_view|chrono::\w+|milliseconds|microseconds|seconds"
    r"|asio::buffer)\s*\{"
)


@pytest.mark.parametrize("trap", sorted(TRAPS))
def test_no_awaiting_expression_holds(trap):
    wrong = []
    for path in FILES:
        for line, expression in awaiting_expressions(without_comments_and_strings(path.read_text())):
            expression = re.sub(SCALAR, "(", expression)
            if re.search(TRAPS[trap], expression):
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {' '.join(expression.split())[:120]}")
    assert wrong == []


def test_no_structured_binding_of_an_awaited_value():
    wrong = [
        f"{path.relative_to(ROOT)}"
        for path in FILES
        if re.search(
            r"auto\s*&{0,2}\s*\[[^\]]*\]\s*=\s*co_await", without_comments_and_strings(path.read_text())
        )
    ]
    assert wrong == []


def test_the_traps_can_be_found():
    bad = (
        "co_await f(request{.key = k}); co_spawn(ex, [key]() -> awaitable<void> { co_return; }, detached);"
    )
    found = list(awaiting_expressions(bad))
    assert re.search(TRAPS["an aggregate made in place"], found[0][1])
    assert re.search(TRAPS["a lambda that captures by value"], found[1][1])


def test_no_path_of_one_machine_is_committed():
    here = str(pathlib.Path.home())
    wrong = [
        str(path.relative_to(ROOT))
        for path in ALL_SOURCES
        if path.name != "architecture_test.py"
        and re.search(
            r"/(home|work)/\w+" + (f"|{re.escape(here)}/" if here != "/" else ""),
            path.read_text(errors="replace"),
        )
    ]
    assert wrong == []
