"""Compares token counts with tiktoken, which gets rank files made from the project's vocabularies."""

import base64
import hashlib
import itertools
import json
import os
import pathlib
import random
import subprocess

import pytest

from raw_http import chat
from weir_harness import BINARY, ROOT, SLOWNESS, Node, keys_yaml, run_weir

DATA = ROOT / "src" / "tokens" / "data"
# tiktoken looks for a rank file under the SHA-1 of its address, and checks the SHA-256 of the file.
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
ENCODINGS = ("o200k_base", "cl100k_base")


def tokens_of(name):
    data, at, tokens = (DATA / f"{name}.vocab").read_bytes(), 0, []
    while at < len(data):
        tokens.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return tokens


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    """The Encoding of tiktoken for each name."""
    folder = tmp_path_factory.mktemp("ranks")
    for name in ENCODINGS:
        lines = (base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens_of(name)))
        (folder / hashlib.sha1(ADDRESS.format(name).encode()).hexdigest()).write_bytes(b"".join(lines))
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken

    return {name: tiktoken.get_encoding(name) for name in ENCODINGS}


def counted(name, texts):
    """The counts of weir, from one process for all texts."""
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    ended = subprocess.run(
        [BINARY, "tokens", "--lines", "--encoding", name],
        input=lines,
        capture_output=True,
        text=True,
        timeout=300 * SLOWNESS,
    )
    assert ended.returncode == 0, ended.stderr
    return [int(line) for line in ended.stdout.split()]


def differences(oracle, name, texts):
    """The texts on which the two differ, with both counts."""
    found = []
    for text, ours in zip(texts, counted(name, texts), strict=True):
        theirs = len(oracle[name].encode_ordinary(text))
        if theirs != ours:
            found.append((text[:80], theirs, ours))
    return found


POINTS = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_code_point_alone(oracle, name):
    assert differences(oracle, name, POINTS)[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_code_point_between_letters(oracle, name):
    # Letters of both cases, a contraction, digits and whitespace: each neighbour reveals another class.
    assert differences(oracle, name, [f"a{p}b'sA{p}{p}1 {p}\n" for p in POINTS])[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_token_and_random_joins_of_them(oracle, name):
    texts = [token.decode("utf-8", "replace") for token in tokens_of(name)]
    assert differences(oracle, name, texts)[:5] == []
    chance = random.Random(20261124)
    joins = ["".join(chance.choices(texts, k=chance.randint(2, 12))) for _ in range(20000)]
    assert differences(oracle, name, joins)[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_whitespace_contractions_and_punctuation(oracle, name):
    chance = random.Random(20261124)
    units = [
        *"abcXYZ  \n\r\t.,!'/019_-\0\v\x7f",
        "\u017f",
        "\u00e9",
        "\u0301",
        "\u01c5",
        "\u02b0",
        "\u4e2d",
        "\u3042",
        "\u0660",
        "\u2028",
        "\u00a0",
        "\u3000",
        "\u0085",
        "\ufeff",
        "\U0001f600",
        "'s",
        "'S",
        "'ll",
        "'RE",
        "'\u017f",
        "    ",
        "\r\n",
        "The",
        "ing",
    ]
    texts = ["".join(chance.choices(units, k=chance.randint(1, 100))) for _ in range(30000)]
    assert differences(oracle, name, texts)[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_contractions_in_every_case_between_letters_of_every_case(oracle, name):
    forms = {
        "".join(case)
        for form in ("s", "t", "m", "d", "re", "ve", "ll", "\u017f", "rx", "v")
        for case in itertools.product(*((c.lower(), c.upper(), c) for c in form))
    }
    padding = "x" * 70  # the last 64 bytes of a text take a path of their own
    texts = [
        f"{before}'{form}{behind} {padding}"
        for before in ("", " ", "v", "V", "aB", "1", "(", "x't", "\u00e9")
        for form in forms
        for behind in ("", "r", "R", "Er", "'s", " ", "1", "\u00c9")
    ]
    assert differences(oracle, name, texts)[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_random_bytes_as_text(oracle, name):
    chance = random.Random(20261124)
    texts = [chance.randbytes(chance.randint(1, 150)).decode("utf-8", "replace") for _ in range(10000)]
    assert differences(oracle, name, texts)[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_prose_of_many_languages_and_code(oracle, name):
    languages = [
        "The river takes what the mountain gives; no more than that, said Mr. O'Neill in 1871.",
        "你好世界，今天天气怎么样？我们去看电影吧。",
        "こんにちは世界。東京タワーに登りました。",
        "L'été dernier, où étiez-vous ? C'était déjà l'automne.",
        "Привет, мир! Как дела?",
        "Γειά σου Κόσμε, τι κάνεις;",
        "مرحبا بالعالم كيف حالك؟",
        "שלום עולם, מה שלומך?",
        "नमस्ते दुनिया, आप कैसे हैं?",
        "สวัสดีชาวโลก สบายดีไหม",
        "안녕하세요 세계, 잘 지내세요?",
        "Xin chào thế giới, bạn khỏe không?",
        "Größe, Straße, ÄÖÜ und der Füße wegen",
    ]
    code = [path.read_text() for path in sorted((ROOT / "src" / "api").glob("*.cpp"))]
    assert len(code) > 5
    assert differences(oracle, name, languages + [" ".join(languages)] + code)[:5] == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_long_runs(oracle, name):
    # Longer runs overflow the stack of tiktoken (700,000 spaces) or take it quadratic time (letters).
    units = [
        "a",
        "A",
        "é",
        "中",
        "😀",
        "\u0301",
        "_",
        "!",
        "=",
        "0",
        " ",
        "\n",
        "ab",
        "aA",
        " \n",
        "\r\n",
        "aab",
    ]
    texts = [
        before + unit * n + after
        for unit in units
        for n in (15, 16, 31, 33, 62, 63, 64, 65, 127, 129, 1000, 20000)
        for before, after in (("", ""), ("x ", " y"))
    ]
    assert differences(oracle, name, texts)[:5] == []


def test_lone_surrogates_count_as_replacement_characters(oracle):
    for name in ENCODINGS:
        assert counted(name, ["\ud800a", "a\udfff\ud800b"]) == [
            len(oracle[name].encode_ordinary(t)) for t in ("\ufffda", "a\ufffd\ufffdb")
        ]


def test_special_tokens_are_plain_text(oracle):
    assert counted("o200k_base", ["<|endoftext|>", "<|im_start|>"]) == [7, 6]
    assert counted("o200k_harmony", ["<|endoftext|>", "<|start|>"]) == [
        len(oracle["o200k_base"].encode_ordinary(t)) for t in ("<|endoftext|>", "<|start|>")
    ]


def test_a_megabyte_of_anything_is_counted():
    for unit in ("a", " ", "=", "0", "😀", "\u0301", "\n"):
        text = unit * (1_000_000 // len(unit.encode()))
        assert counted("o200k_base", [text])[0] > 0


def test_usage_is_what_tiktoken_says(oracle):
    keys = keys_yaml(sk_a={"request_per_minute": 100})
    with Node(API_KEYS=keys, API_KEYS_FILE="", MOCK_COMPLETION_TOKENS=200) as node:
        for model, name in (("gpt-4o", "o200k_base"), ("gpt-4", "cl100k_base")):
            content = "Größe: 你好, isn't it?"
            response = chat(node.port, "sk-a", model=model, content=content, max_tokens=None).json()
            prompt = 3 + 3 + sum(len(oracle[name].encode_ordinary(text)) for text in ("user", content))
            assert response["usage"]["prompt_tokens"] == prompt
            assert (
                response["usage"]["completion_tokens"]
                == len(oracle[name].encode_ordinary(response["choices"][0]["message"]["content"]))
                == 200
            )


def test_default_encoding_is_that_of_unknown_models(oracle):
    keys = keys_yaml(sk_a={"request_per_minute": 100})
    text = "你好世界，今天天气怎么样？"
    with Node(API_KEYS=keys, API_KEYS_FILE="", DEFAULT_ENCODING="cl100k_base") as node:
        response = chat(node.port, "sk-a", model="own-model", content=text).json()
    assert response["usage"]["prompt_tokens"] == 3 + 3 + 1 + len(oracle["cl100k_base"].encode_ordinary(text))


def test_the_command_counts_files_requests_and_lines(tmp_path: pathlib.Path):
    (tmp_path / "a.txt").write_text("Hello, world!")
    (tmp_path / "b.json").write_text(
        json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello!"}]})
    )
    a, b = str(tmp_path / "a.txt"), str(tmp_path / "b.json")
    assert run_weir("tokens", a).stdout == "4\n"
    assert run_weir("tokens", "--chat", b).stdout == "9\n"
    assert run_weir("tokens", "--chat", "--model", "gpt-5", b).stdout == "8\n"
    assert json.loads(run_weir("tokens", "--json", a).stdout)["files"][0] == {
        "file": a,
        "encoding": "o200k_base",
        "bytes": 13,
        "tokens": 4,
    }
    speed = json.loads(run_weir("tokens", "--speed", "--json", a).stdout)["files"][0]
    assert speed["tokens"] == 4 and speed["best_mb_per_second"] > 0


def test_the_command_names_input_that_it_cannot_count(tmp_path: pathlib.Path):
    (tmp_path / "bad.txt").write_bytes(b"ab\xff")
    for arguments, code in (
        (("tokens", str(tmp_path / "bad.txt")), 1),
        (("tokens", str(tmp_path / "none")), 1),
        (("tokens", "--encoding", "x"), 2),
        (("tokens", "--chat", str(tmp_path / "bad.txt")), 1),
    ):
        ended = run_weir(*arguments)
        assert ended.returncode == code and ended.stderr.startswith("weir tokens: "), ended
        assert ended.stdout == ""
