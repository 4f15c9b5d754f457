"""The style of the code: sizes, columns, format, plain English, cited files, and the files of a project."""

import pathlib
import re
import subprocess
import sys

import pytest

from source_tree import ALL_SOURCES, FILES, ROOT, SRC, is_test, module_of, without_comments_and_strings

MOST_LINES = 400


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in ALL_SOURCES
        if (count := path.read_text(errors="replace").count("\n")) > MOST_LINES
    }
    assert long == {}


def first_sentence(text):
    """The sentence with which a header begins, or None. It may go on in the comment lines that follow."""
    comment = re.match(r"(?://[^\n]*\n)+", text)
    whole = " ".join(line.lstrip("/").strip() for line in comment.group(0).split("\n")) if comment else ""
    found = re.match(r"(?:[A-Z`]|weir ).*?[.:](?= |$)", whole)
    return found.group(0) if found else None


def test_every_header_begins_with_a_sentence():
    wrong = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.suffix == ".hpp" and not first_sentence(path.read_text())
    ]
    assert wrong == []
    assert first_sentence("// Counts things,\n// all of them. Fast.\n") == "Counts things, all of them."
    assert first_sentence("#pragma once\n") is None and first_sentence("// things\n") is None


def function_lengths(text):
    """(first line, lines) of every body that opens on a line which looks like a function's head."""
    lines = without_comments_and_strings(text).split("\n")
    for number, line in enumerate(lines):
        head = re.match(
            r"^\s*(?!(?:if|for|while|switch|else|do|namespace|class|struct|enum|return|catch|co_\w+)\b)\S.*\)"
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


def test_a_long_function_is_found():
    long = "int format_it(int a,\n              int b) const {\n" + "  ++a;\n" * 41 + "}\n"
    assert list(function_lengths(long)) == [(2, 43)]
    assert most_lines(SRC / "api/api.cpp") < 43 < most_lines(SRC / "store/batcher.cpp")


COLUMNS = 110


def too_wide(text):
    """The numbers of the lines that are too wide, in characters."""
    return [number for number, line in enumerate(text.split("\n"), 1) if len(line) > COLUMNS]


def test_no_line_is_too_wide():
    wrong = {
        str(path.relative_to(ROOT)): lines
        for path in ALL_SOURCES
        if (lines := too_wide(path.read_text(errors="replace")))
    }
    assert wrong == {}
    assert too_wide("\u00e9" * 110 + "\n" + "x" * 111) == [2]


# The formatter that tests/requirements.txt pins.
FORMATTER = pathlib.Path(sys.executable).parent / "clang-format"


def test_the_formatter_changes_nothing():
    files = [str(path) for path in ALL_SOURCES if path.suffix in (".hpp", ".cpp")]
    done = subprocess.run(
        [FORMATTER, "--dry-run", "--Werror", *files], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[:2000] + "\n(scripts/lint --fix formats everything)"


def test_the_formatter_finds_a_wrong_layout():
    done = subprocess.run(
        [FORMATTER, "--dry-run", "--Werror", "--assume-filename", str(SRC / "limit" / "a.cpp")],
        input="int  f( ) ;\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode != 0


def test_lint_and_tests_pin_the_same_formatter():
    pins = [
        re.findall(r"^clang-format==(\S+)$", (ROOT / "tests" / name).read_text(), re.MULTILINE)
        for name in ("requirements.txt", "lint-requirements.txt")
    ]
    assert pins[0] == pins[1] and len(pins[0]) == 1
    version = subprocess.run([FORMATTER, "--version"], capture_output=True, text=True, check=True).stdout
    assert f" {pins[0][0]}" in version


def comments(text):
    """The comments that fill whole lines: one string for each run of such lines, without the slashes."""
    for run in re.findall(r"(?:^[ \t]*//[^\n]*(?:\n|\Z))+", text, re.MULTILINE):
        yield " ".join(line.strip().lstrip("/").strip() for line in run.strip().split("\n"))


# Habits that make comments hard to read, and how often leveldb's comments have them in 1,000 words.
HABITS = {
    "persons for things": (re.compile(r"\b(?:who|whoever|somebody|nobody)\b", re.IGNORECASE), 0.3),
    "sentences that begin with Of": (re.compile(r"(?:^|[.:;?!] )Of\b"), 0.1),
    "sentences that begin with What": (re.compile(r"(?:^|[.:;?!] )What\b"), 0.1),
    "sentences that begin with Whether": (re.compile(r"(?:^|[.:;?!] )Whether\b"), 0.1),
    "sentences that begin with How": (re.compile(r"(?:^|[.:;?!] )How\b"), 0.1),
}


@pytest.mark.parametrize("habit", HABITS)
def test_comments_are_plain(habit):
    pattern, most = HABITS[habit]
    words, offenders = 0, []
    for path in FILES:
        for comment in comments(path.read_text()):
            words += len(comment.split())
            offenders += [
                f"{path.relative_to(ROOT)}: {comment[max(0, m.start() - 30):m.end() + 40]}"
                for m in pattern.finditer(comment)
            ]
    assert len(offenders) <= most * words / 1000, "\n".join(offenders)


@pytest.mark.parametrize(
    "habit,sentence",
    [
        ("persons for things", "Whoever waits gets nothing."),
        ("sentences that begin with Of", "It is so. Of whom much has come, more is believed."),
        ("sentences that begin with What", "What is left is closed."),
        ("sentences that begin with Whether", "Whether it is ready."),
        ("sentences that begin with How", "A wait: How long it takes."),
    ],
)
def test_hard_comments_are_found(habit, sentence):
    half = sentence.index(" ")
    found = list(comments(f"int a;\n  // {sentence[:half]}\n  // {sentence[half + 1:]}\nint b;  // who\n"))
    assert found == [sentence] and len(HABITS[habit][0].findall(sentence)) == 1
    assert HABITS[habit][0].findall("This says what it does, and how. The whole of it.") == []


FOLDERS = "docs|src|tests|scripts|bench|examples|fuzz|cmake|\\.ci"
MODULES = "|".join(sorted(path.name for path in SRC.iterdir() if path.is_dir()))
# A path from the root of the checkout, or from src as in includes.
CITED_PATH = re.compile(
    rf"(?<![\w./<$}}-])((?:{FOLDERS}|{MODULES})/(?:\w[\w-]*/)*[\w-]+(?:\.\w+)*)(?![\w/*<$-])"
)
# A bare name with the suffix of a source file or page.
CITED_NAME = re.compile(r"(?<![\w./*<$}}-])(\w[\w-]*\.(?:hpp|cpp|lua|py|md))\b(?![\w/(-])")
# Names in documents that are no files of the checkout.
FOREIGN_NAMES = {
    "fake_x.hpp",  # the pattern of a name
    "x_fixture.hpp",
    "parallel_request_limiter_v3.py",  # of LiteLLM
    "model.py",  # of tiktoken
}


def exists(path):
    """True for a file or folder, from the root or from src. The suffix of a C++ file may be left out."""
    places = [ROOT / path, SRC / path]
    return any(p.exists() or p.with_name(p.name + ".cpp").exists() for p in places) or any(
        p.with_name(p.name + ".hpp").exists() for p in places
    )


def missing_files(text, names, bare=False):
    """The cited files that do not exist. `names`: of all files; `bare`: check names without a path, too."""
    missing = {path for path in CITED_PATH.findall(text) if "." in path.split("/")[-1] and not exists(path)}
    if bare:
        missing |= {path for path in CITED_PATH.findall(text) if not exists(path)}
        missing |= {name for name in CITED_NAME.findall(text) if name not in names | FOREIGN_NAMES}
    return sorted(missing)


def names_of_all_files():
    folders = ("docs", "src", "tests", "scripts", "bench", "examples", "fuzz", "cmake")
    below = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return {path.name for path in [*ROOT.iterdir(), *below]}


def test_every_cited_file_exists():
    names, wrong = names_of_all_files(), {}
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    for path in [*pages, *ALL_SOURCES]:
        text = path.read_text(errors="replace")
        if path.suffix in (".hpp", ".cpp"):
            text = "\n".join(re.findall(r"//.*", text))  # includes are the compiler's
        if missing := missing_files(text, names, bare=path.suffix in (".md", ".hpp", ".cpp", ".lua")):
            wrong[str(path.relative_to(ROOT))] = missing
    assert wrong == {}


def missing_tests(text):
    """The citations of the form file_test.py::test_name whose file has no such test."""
    return [
        f"{file}::{name}"
        for file, name in re.findall(r"(\w+_test\.py)::(test_\w+)", text)
        if f"def {name}(" not in (ROOT / "tests" / file).read_text()
    ]


def test_every_cited_python_test_exists():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert [name for path in pages for name in missing_tests(path.read_text())] == []
    assert missing_tests("see style_test.py::" + "test_nothing") == ["style_test.py::" + "test_nothing"]


def test_a_cited_file_that_is_missing_is_found():
    page, script = "docs" + "/no-such-page.md", "no_such_script" + ".lua"
    text = f"as {page} says, see `store/batcher`, [x](CHANGELOG.md) and `{script}`"
    assert missing_files(text, {"CHANGELOG.md"}, bare=True) == [page, script]
    assert missing_files(text, set()) == [page]


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "NOTICE",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        ".editorconfig",
        ".clang-format",
        ".clang-tidy",
    ],
)
def test_the_project_has(name):
    assert (ROOT / name).read_text().strip()


# The home folder of a person, or the folder of one machine.
MACHINE_PATH = re.compile(r"(?<![\w.*])/(?:home|work|Users)/\w+")


def test_no_path_of_one_machine_is_committed():
    here = str(pathlib.Path.home())
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    texts = {path: path.read_text(errors="replace") for path in [*pages, *ALL_SOURCES]}
    wrong = [
        str(path.relative_to(ROOT))
        for path, text in texts.items()
        if MACHINE_PATH.search(text) or here != "/" and re.search(re.escape(here) + r"[/\"']", text)
    ]
    assert wrong == []
    assert MACHINE_PATH.search("cd /" + "home/anne/weir") and not MACHINE_PATH.search("/homework/page")
