"""The style of the code: columns, format, plain English, cited files, and the files that a project has."""

import pathlib
import re
import subprocess
import sys

import pytest

from source_tree import ALL_SOURCES, FILES, ROOT

COLUMNS = 110


def too_wide(text):
    """The numbers of the lines that are too wide, in characters."""
    return [number for number, line in enumerate(text.split("\n"), 1) if len(line) > COLUMNS]


def test_no_line_is_too_wide():
    wrong = {
        str(path.relative_to(ROOT)): lines
        for path in ALL_SOURCES
        if "corpus" not in path.parts
        and path.suffix != ".yaml"
        and (lines := too_wide(path.read_text(errors="replace")))
    }
    assert wrong == {}
    assert too_wide("short\n" + "x" * 111) == [2]


def test_the_formatter_changes_nothing():
    formatter = pathlib.Path(sys.executable).parent / "clang-format"
    files = sorted(
        str(path)
        for folder in ("src", "tests", "bench", "fuzz")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".hpp", ".cpp")
    )
    done = subprocess.run(
        [formatter, "--dry-run", "--Werror", *files], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[:2000] + "\n(scripts/lint --fix formats everything)"


def comments():
    """All comments of src that fill a line, without the slashes, as (path, text of a run of lines)."""
    for path in FILES:
        for run in re.findall(r"(?:^[ \t]*//[^\n]*\n)+", path.read_text(), re.MULTILINE):
            yield path, " ".join(line.strip().lstrip("/").strip() for line in run.strip().split("\n"))


# Per 1,000 words of comments: what leveldb's sources have.
PERSONS = re.compile(r"\b(who|whoever|somebody|nobody)\b", re.IGNORECASE)
INVERTED = re.compile(r"(?:^|[.:;] )(Of|What|Whether|How) ")


def test_comments_are_plain():
    words, persons, inverted = 0, [], []
    for path, text in comments():
        words += len(text.split())
        persons += [
            f"{path.relative_to(ROOT)}: {text[max(0, m.start() - 30):m.end() + 30]}"
            for m in PERSONS.finditer(text)
        ]
        inverted += [
            f"{path.relative_to(ROOT)}: {text[m.start():m.end() + 40]}" for m in INVERTED.finditer(text)
        ]
    assert len(persons) <= 0.3 * words / 1000, persons
    assert len(inverted) <= 0.1 * words / 1000, inverted


def test_the_words_can_be_found():
    assert PERSONS.search("Whoever waits gets nothing.")
    assert INVERTED.search("It is so. Of whom much has come, more is believed.")


CITED = re.compile(r"(?<![\w./-])((?:docs|src|tests|scripts|bench|examples|fuzz|cmake|\.ci)/[\w./-]*\w)")


def cited_but_missing(text):
    return [name for name in CITED.findall(text) if not (ROOT / name).exists()]


def test_every_cited_file_exists():
    texts = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")) + ALL_SOURCES
    wrong = {
        str(path.relative_to(ROOT)): missing
        for path in texts
        if path.name != "style_test.py"
        and "corpus" not in path.parts
        and (missing := cited_but_missing(path.read_text(errors="replace")))
    }
    assert wrong == {}
    assert cited_but_missing("as docs/no-such-page.md says") == ["docs/no-such-page.md"]


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
