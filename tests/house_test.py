"""The house holds to its own plan: who includes whom, which libraries stay in which rooms, sizes, and known traps."""

import pathlib
import re

import pytest

from weir_harness import ROOT

SRC = ROOT / "src"
FILES = sorted(path for path in SRC.rglob("*") if path.suffix in (".hpp", ".cpp"))
ALL_SOURCES = FILES + sorted(path for folder in ("tests", "fuzz", "bench", "scripts")
                             for path in (ROOT / folder).rglob("*")
                             if path.is_file() and path.suffix in (".hpp", ".cpp", ".py", ".lua", ""))


def is_test(path):
    """A test, or a header that only tests include."""
    if path.stem.endswith("_test"):
        return True
    if path.suffix != ".hpp":
        return False
    users = [other for other in FILES if str(path.relative_to(SRC)) in includes(other)]
    return bool(users) and all(other.stem.endswith("_test") for other in users)


def room_of(path):
    return path.relative_to(SRC).parts[0]


def includes(path):
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(), re.MULTILINE)


def without_comments_and_strings(text):
    """The same text, comments and literals blanked, line breaks kept."""
    pattern = r'R"(\w*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda m: '""' + "\n" * m.group(0).count("\n"), text, flags=re.DOTALL)


def arrows():
    """room -> (rooms it may include wholly, rooms whose interface it may include), from docs/architecture.md."""
    table, rooms = {}, []
    for row in re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE):
        room, knows = row
        whole, _, interfaces = knows.partition("interfaces of")
        known = set(rooms) if "all" in whole else {word.strip() for word in whole.split(",") if word.strip()}
        table[room] = (known, {word.strip() for word in interfaces.split(",") if word.strip()})
        rooms.append(room)
    return table


def closure(table, room):
    known, waiting = {room, "base"}, list(table[room][0])
    while waiting:
        one = waiting.pop()
        if one not in known:
            known.add(one)
            waiting += table[one][0]
    return known


# The file of a room that is its interface: all that `gate` may see of it.
INTERFACES = {"store": {"store/store.hpp"}, "upstream": {"upstream/upstream.hpp"}, "http": {"http/exchange.hpp"}}


def test_every_room_is_in_the_plan():
    rooms = {path.name for path in SRC.iterdir() if path.is_dir()}
    assert rooms == set(arrows())


@pytest.mark.parametrize("room", sorted(arrows()))
def test_a_room_includes_only_whom_it_knows(room):
    table = arrows()
    whole, interfaces = closure(table, room), table[room][1]
    wrong = []
    for path in FILES:
        if room_of(path) != room or is_test(path):
            continue
        for name in includes(path):
            target = name.split("/")[0]
            if target not in table or target in whole:
                continue
            if not (target in interfaces and name in INTERFACES[target]):
                wrong.append(f"{path.relative_to(ROOT)} includes {name}")
    assert wrong == []


# Which rooms may include which library; a room's tests may too.
LIBRARIES = {
    r"boost/beast": {"http"},
    r"boost/asio/(ip|local)/|boost/asio/\w*(socket|acceptor|resolver|stream_protocol|connect|tcp)\w*\.hpp|boost/asio\.hpp":
        {"http", "redis", "node", "load"},
    r"hiredis/": {"redis"},
    r"simdjson": {"openai", "load"},
    r"yaml-cpp/": {"config"},
    r"CLI/": {"config", "count", "load"},
    r"spdlog/": {"base"},
    r"prometheus/": {"node"},
}


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_stays_in_its_rooms(library):
    wrong = [f"{path.relative_to(ROOT)} includes {name}" for path in FILES if not is_test(path)
             for name in includes(path) if re.match(library, name) and room_of(path) not in LIBRARIES[library]]
    assert wrong == []


@pytest.mark.parametrize("library", ["CLI/", "spdlog/", "yaml-cpp/"])
def test_what_is_slow_to_compile_is_included_by_one_file_a_room(library):
    by_room = {}
    for path in FILES:
        if not is_test(path) and any(name.startswith(library) for name in includes(path)):
            by_room.setdefault(room_of(path), []).append(path.name)
    assert {room: names for room, names in by_room.items() if len(names) > 1} == {}


CLOCKS = r"clock::now\s*\(|clock_gettime|gettimeofday|\bstd::time\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)"
PURE_FILES = {"store/batch", "store/batcher", "redis/codec", "redis/handshake", "redis/url", "load/pacer", "load/audit"}


def is_pure(path):
    inside = path.relative_to(SRC)
    return inside.parts[0] in ("limit", "tokens", "openai", "config") or str(inside.with_suffix("")) in PURE_FILES


def test_no_clock_in_pure_rooms():
    wrong = [str(path.relative_to(ROOT)) for path in FILES if is_pure(path) and not is_test(path)
             and re.search(CLOCKS, without_comments_and_strings(path.read_text()))]
    assert wrong == []


def test_no_file_is_longer_than_400_lines():
    long = {str(path.relative_to(ROOT)): count for path in ALL_SOURCES
            if (count := path.read_text(errors="replace").count("\n")) > 400}
    assert long == {}


def test_every_header_begins_with_what_it_is():
    wrong = [str(path.relative_to(ROOT)) for path in FILES
             if path.suffix == ".hpp" and not re.match(r"// \S.*[.:;]\s*$|// \S", path.read_text().split("\n")[0])]
    assert wrong == []


def function_lengths(text):
    """(first line, lines) of every body that opens on a line which looks like a function's head."""
    lines = without_comments_and_strings(text).split("\n")
    for number, line in enumerate(lines):
        head = re.match(r"^\s*(?!if|for|while|switch|else|do|namespace|class|struct|enum|return|catch|co_)\S.*\)"
                        r"(\s*(const|noexcept|override|final|->\s*\S+))*\s*(:.*)?\{\s*$", line)
        if not head:
            continue
        depth = 0
        for last in range(number, len(lines)):
            depth += lines[last].count("{") - lines[last].count("}")
            if depth <= 0:
                yield number + 1, last - number + 1
                break


def test_no_function_is_longer_than_70_lines():
    wrong = [f"{path.relative_to(ROOT)}:{line}: {count} lines" for path in FILES if not is_test(path)
             for line, count in function_lengths(path.read_text()) if count > 70]
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
        yield text.count("\n", 0, found.start()) + 1, text[found.start():end]


# Copies into temporaries inside an awaiting expression: g++ 12 destroys those twice (design.md, known traps).
TRAPS = {
    "an aggregate made in place": r"[(,]\s*(?:[A-Za-z_][\w:]*(?:<[^<>]*>)?)?\s*\{",
    "a lambda that captures by value": r"\[(?!\s*(?:this|&[^=\]]*)?\s*\])[^\[\]]*\]\s*(?:\(|mutable|\{|->)",
}
SCALAR = r"[(,]\s*(?:std::)?(?:size_t|u?int\d+_t|string_view|chrono::\w+|milliseconds|microseconds|seconds|asio::buffer)\s*\{"


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
    wrong = [f"{path.relative_to(ROOT)}" for path in FILES
             if re.search(r"auto\s*&{0,2}\s*\[[^\]]*\]\s*=\s*co_await", without_comments_and_strings(path.read_text()))]
    assert wrong == []


def test_the_traps_are_seen_where_they_are():
    bad = "co_await f(request{.key = k}); co_spawn(ex, [key]() -> awaitable<void> { co_return; }, detached);"
    found = list(awaiting_expressions(bad))
    assert re.search(TRAPS["an aggregate made in place"], found[0][1])
    assert re.search(TRAPS["a lambda that captures by value"], found[1][1])


def test_no_path_of_a_machine_is_committed():
    here = str(pathlib.Path.home())
    wrong = [str(path.relative_to(ROOT)) for path in ALL_SOURCES if path.name != "house_test.py"
             and re.search(r"/(home|work)/\w+" + (f"|{re.escape(here)}/" if here != "/" else ""),
                           path.read_text(errors="replace"))]
    assert wrong == []
