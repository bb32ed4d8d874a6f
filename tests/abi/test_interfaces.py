# SPDX-License-Identifier: BSD-2-Clause
"""Interfaces of servers: each mistake in a table with its line, and the generated C, compiled by both compilers and run."""

import subprocess
import sys
from pathlib import Path

import pytest
from test_generated import ROOT, compile_and_run, generate

HERE = Path(__file__).resolve().parent
HEAD = "interface sample 7 | For the test.\ntype word | anything\n"
TABLE = (
    HEAD
    + """
plus  | a:word, b:word | sum:word | ERR_LIMIT | Add.
ten   | a:word, b:word, c:word, d:word, e:word, f:word, g:word, h:word, i:word, j:word | | | Ten words.
greet | who:name, times:word | back:name, length:word | | Names.
give  | thing:cap, text:data | other:cap, more:data | ERR_NO_CAP | A capability and data, both ways.
see   | window:page | here:page | | Pages.
"""
)


def run(folder, text):
    (folder / "sample.def").write_text(text)
    command = [sys.executable, "-B", ROOT / "tools/abi/generate.py", "interface", folder / "sample.def", "--output", folder]
    return subprocess.run([*command, "--status", ROOT / "core/uapi/janus/status.h"], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("call | | |", "4 columns; a row has 5: operation | arguments | results | errors | meaning"),
        ("call | | | | ", "the meaning, is empty"),
        ("Call | | | | M", "'Call' is not a name for an operation"),
        ("call | | | | M\ncall | | | | M", "operation 'call' is already there"),
        ("call | a | | | M", "'a' has no type: write a:TYPE"),
        ("call | a:nosuch | | | M", "type 'nosuch' of 'a' is not declared; there are: name, cap, page, data, word"),
        ("call | a:word, a:word | | | M", "'a' is there twice"),
        ("call | a:word | a:word | | M", "'a' is an argument and a result"),
        ("call | server:word | | | M", "'server' cannot name an argument"),
        ("call | int:word | | | M", "'int' cannot name an argument"),
        ("call | a:name, b:name, c:name | | | M", "12 words; 10 registers carry them"),
        ("call | | a:name, b:name, c:name | | M", "12 words; 10 registers carry them"),
        ("call | a:cap, b:cap | | | M", "more than one cap in one message"),
        ("call | | a:data, b:data | | M", "more than one data in one message"),
        ("call | | | ERR_NOSUCH | M", "'ERR_NOSUCH' is not an error of <janus/status.h>"),
        ("call | | | ERR_NO_CALL | M", "ERR_NO_CALL is said for an operation that a server has not"),
        ("type word | again", "type 'word' is already there"),
        ("type name | again", "type 'name' is already there"),
        ("interface other 8 | M", "a table has one interface"),
    ],
)
def test_mistakes_have_places(tmp_path, row, problem):
    result = run(tmp_path, f"{HEAD}\n{row}\n")
    assert result.returncode == 1
    assert f"sample.def:{3 + row.count(chr(10)) + 1}: error: " in result.stderr
    assert problem in result.stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("plus | | | | M\n", ":1: error: the table begins with a line `interface NAME NUMBER | meaning`"),
        ("interface 9 sample | M\n", ":1: error: '9 sample' is not the name of an interface and its number"),
        ("interface sample 32768 | M\n", ":1: error: 'sample 32768' is not the name"),
        (HEAD, ":1: error: the table has no operation"),
    ],
)
def test_bad_heads(tmp_path, text, problem):
    assert problem in run(tmp_path, text).stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_calls_come_and_go(tmp_path, compiler):
    for folder in ("servers", "l4", "janus"):
        (tmp_path / folder).mkdir()
    (tmp_path / "sample.def").write_text(TABLE)
    generate(tmp_path / "servers", "interface", tmp_path / "sample.def")
    generate(tmp_path / "janus", "common-user", ROOT / "core/uapi/janus/common.def")
    generate(tmp_path / "l4", "user", ROOT / "personalities/l4/uapi/l4/syscall.def", "--personality", "l4")
    include = [f"-I{ROOT / folder}" for folder in ("lib/rt/include", "personalities/l4/uapi")]
    sources = [HERE / "interface.c", tmp_path / "servers/sample_dispatch.c", ROOT / "lib/rt/l4/rpc.c"]
    compile_and_run(compiler, tmp_path, *include, *sources)


def test_the_page_has_every_operation(tmp_path):
    assert run(tmp_path, TABLE).returncode == 0
    page = (tmp_path / "sample.md").read_text()
    for name in ("plus", "ten", "greet", "give", "see"):
        assert f"| `{name}` |" in page


def test_numbers_of_interfaces_differ():
    """A request that comes to the wrong server is refused, not misunderstood."""
    heads = [line.split() for path in (ROOT / "servers/include/servers").glob("*.def")
             for line in path.read_text().splitlines() if line.startswith("interface ")]
    assert len({head[2] for head in heads}) == len({head[1] for head in heads}) == len(heads) > 0
