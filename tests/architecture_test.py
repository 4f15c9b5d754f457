"""The structure of the code: includes of modules, pure modules, namespaces, helpers of tests, and traps."""

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


def test_a_module_knows_only_modules_above_it_so_that_there_is_no_cycle():
    above = {"base"}
    for module, (known, interfaces) in arrows().items():
        assert known | interfaces <= above, module
        above.add(module)


def is_known(table, module, name):
    """True where a file of `module` may include the header `name`."""
    target = name.split("/")[0]
    if target not in table or target in closure(table, module):
        return True
    return target in table[module][1] and name in INTERFACES[target]


@pytest.mark.parametrize("module", sorted(arrows()))
def test_a_module_includes_only_modules_that_it_knows(module):
    table = arrows()
    wrong = [
        f"{path.relative_to(ROOT)} includes {name}"
        for path in FILES
        if module_of(path) == module and not is_test(path)
        for name in includes(path)
        if not is_known(table, module, name)
    ]
    assert wrong == []


def test_an_include_of_an_unknown_module_is_found():
    table = {
        "base": (set(), set()),
        "redis": ({"base"}, set()),
        "store": ({"redis"}, set()),
        "admission": ({"base"}, {"store"}),
    }
    assert not is_known(table, "redis", "store/store.hpp")
    assert is_known(table, "store", "redis/codec.hpp")
    assert is_known(table, "admission", "store/store.hpp")
    assert not is_known(table, "admission", "store/batch.hpp")
    assert not is_known(table, "admission", "redis/codec.hpp")


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


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_the_pattern_of_a_library_matches_its_use(library):
    users = {module_of(p) for p in FILES if any(re.match(library, name) for name in includes(p))}
    assert users & LIBRARIES[library], "no file uses it: correct the pattern, or remove the rule"


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


# Headers of files, sockets and threads. Pure code has none of them, but for these two files.
IMPURE_HEADERS = (
    r"(fstream|thread|mutex|condition_variable|future|unistd\.h|fcntl\.h|sys/\S+|boost/asio/\S+)$"
)
IMPURE_FILES = {
    "config/read_file.cpp",  # reads files for config and policy
    "tokens/large_pages.cpp",  # asks the system for large pages
}


def impurities(text):
    """The uses of clocks, files, sockets and threads in the text of a source file."""
    headers = re.findall(r"^\s*#\s*include\s+<([^>]+)>", text, re.MULTILINE)
    found = [name for name in headers if re.match(IMPURE_HEADERS, name)]
    return found + [m.group(0) for m in re.finditer(CLOCKS, without_comments_and_strings(text))]


def test_pure_modules_use_no_clock_file_socket_or_thread():
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in FILES
        if is_pure(path)
        and not is_test(path)
        and str(path.relative_to(SRC)) not in IMPURE_FILES
        and "make" not in path.parts  # programs that run during the build
        and (found := impurities(path.read_text()))
    }
    assert wrong == {}


def test_impure_code_is_found():
    assert impurities("#include <fstream>\n") == ["fstream"]
    assert impurities("auto now = std::chrono::steady_clock::now();") == ["clock::now("]
    assert impurities("// steady_clock::now() is read by the caller\n#include <string>\n") == []
    assert is_pure(SRC / "policy/policy.cpp") and not is_pure(SRC / "node/serve.cpp")


# The modules through which requests come in. A new one is added here.
FRONTS = {"api", "admin"}


def foreign_includes(path, name):
    """True where this include breaks the fence around the store or between the fronts."""
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
    assert not foreign_includes(SRC / "node/front.hpp", "api/api.hpp")


def foreign_namespaces(path, text):
    """The namespaces of weir that a file opens and that are not the one of its folder."""
    expected = "weir" if module_of(path) == "base" else f"weir::{module_of(path)}"
    return set(re.findall(r"^namespace (weir[\w:]*) \{", text, re.MULTILINE)) - {expected}


def test_each_folder_is_one_namespace():
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in FILES
        if path.parent != SRC and (found := foreign_namespaces(path, path.read_text()))
    }
    assert wrong == {}
    assert foreign_namespaces(SRC / "api/api.hpp", "namespace weir {\n") == {"weir"}
    assert foreign_namespaces(SRC / "base/ids.hpp", "namespace weir {\nnamespace {\n") == set()


HELPER_NAME = re.compile(r"fake_\w+\.hpp$|\w+_fixture\.(hpp|cpp)$")


def test_helpers_of_tests_have_plain_names_and_a_folder_of_their_own():
    wrong = [
        str(path.relative_to(ROOT))
        for path in FILES
        if ("testing" in path.parts) != bool(HELPER_NAME.match(path.name))
    ]
    assert wrong == []
    assert HELPER_NAME.match("fake_redis.hpp") and not HELPER_NAME.match("redis_admin.hpp")


def used_by_tests_alone(headers, users):
    """The `headers` that tests include and nothing else does. `users`: (includes, is a test) of each file."""
    by_tests = {name for names, test in users if test for name in names}
    by_others = {name for names, test in users if not test for name in names}
    return headers & (by_tests - by_others)


def test_a_header_that_only_tests_include_lies_in_a_testing_folder():
    headers = {str(p.relative_to(SRC)) for p in FILES if p.suffix == ".hpp" and not is_test(p)}
    programs = [p for p in ALL_SOURCES if p.suffix in (".hpp", ".cpp") and "support" not in p.parts]
    users = [(includes(path), is_test(path)) for path in programs]
    assert used_by_tests_alone(headers, users) == set()
    example = [(["a.hpp", "b.hpp"], True), (["b.hpp"], False)]
    assert used_by_tests_alone({"a.hpp", "b.hpp"}, example) == {"a.hpp"}


def test_a_helper_of_tests_is_included_by_tests_alone():
    wrong = [
        f"{path.relative_to(ROOT)} includes {name}"
        for path in FILES
        if not is_test(path)
        for name in includes(path)
        if "/testing/" in name
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
