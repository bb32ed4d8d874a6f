# SPDX-License-Identifier: BSD-2-Clause
"""The ABI tables: what they mean, and each mistake with its file and line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMON = "include janus/common.def\n"
TYPES = COMMON + "type word | anything\n"


def generate(folder, text, what="user", common=None):
    """Run the generator on a table with this text; what it wrote is in folder."""
    (folder / "syscall.def").write_text(text)
    include = ROOT / "core/uapi"
    if common is not None:
        include = folder / "include"
        (include / "janus").mkdir(parents=True)
        (include / "janus/common.def").write_text(common)
    command = [sys.executable, "-B", ROOT / "tools/abi/generate.py", what, folder / "syscall.def", "--output", folder]
    command += ["--personality", "test", "--include", include, "--status", ROOT / "core/uapi/janus/status.h"]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("call", "1 columns; a row has 5: call | arguments | results | errors | meaning"),
        ("call | | | M", "4 columns"),
        ("call | | | | a | b", "6 columns"),
        ("call | | | |", "the meaning, is empty"),
        ("Call | | | | M", "'Call' is not a name for a call"),
        ("9call | | | | M", "'9call' is not a name for a call"),
        (" | | | | M", "'' is not a name for a call"),
        ("null | | | | M", "call 'null' is already at"),
        ("call | a | | | M", "'a' has no type: write a:TYPE"),
        ("call | a:nosuch | | | M", "type 'nosuch' of 'a' is not declared; there are: address"),
        ("call | A:word | | | M", "'A' is not a name for an argument"),
        ("call | a:word! | | | M", "'a:word!': only a result can come with every status"),
        ("call | int:word | | | M", "'int' cannot name an argument"),
        ("call | rdi:word | | | M", "'rdi' cannot name an argument"),
        ("call | a:word, a:word | | | M", "'a' is there twice"),
        ("call | | r:word, r:word | | M", "'r' is there twice"),
        ("call | a:word | a:word | | M", "'a' is an argument and a result"),
        ("call | a:word,b:word,c:word,d:word,e:word,f:word,g:word | | | M", "7 words; 6 registers carry them"),
        ("call | | a:word,b:word,c:word,d:word,e:word,f:word,g:word | | M", "7 words; 6 registers carry them"),
        ("call | | | ERR_NOSUCH | M", "'ERR_NOSUCH' is not an error of <janus/status.h>"),
        ("call | | | STATUS_RESTART | M", "'STATUS_RESTART' is not an error"),
        ("call | | | OK | M", "'OK' is not an error"),
        ("call | | | ERR_LIMIT ERR_LIMIT | M", "'ERR_LIMIT' is there twice"),
        ("type word | again", "type 'word' is already there"),
        ("type other", "1 columns; a row has 2"),
        ("include janus/common.def", "'janus/common.def' is included already"),
    ],
)
def test_mistakes_have_places(tmp_path, row, problem):
    result = generate(tmp_path, f"# table\n{TYPES}\n{row}\n")
    assert result.returncode == 1
    assert result.stderr.startswith(f"{tmp_path}/syscall.def:5: error: ")
    assert problem in result.stderr
    assert not (tmp_path / "calls.h").exists()


def test_missing_files(tmp_path):
    result = generate(tmp_path, "include janus/nosuch.def\n")
    assert result.returncode == 1
    assert f"{tmp_path}/syscall.def:1: error: 'janus/nosuch.def' is in none of the include folders" in result.stderr
    (tmp_path / "syscall.def").unlink()
    (tmp_path / "syscall.def").mkdir()
    result = subprocess.run(
        [sys.executable, "-B", ROOT / "tools/abi/generate.py", "trace", tmp_path / "syscall.def", "--output", tmp_path],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "cannot be read" in result.stderr


def test_mistakes_in_an_included_table_have_its_place(tmp_path):
    result = generate(tmp_path, COMMON, common="# common\nnull | | | ERR_X | M\n")
    assert result.stderr.startswith(f"{tmp_path}/include/janus/common.def:2: error: 'ERR_X'")


def test_an_included_table_includes_nothing(tmp_path):
    result = generate(tmp_path, COMMON, common="include janus/more.def\n")
    assert "an included table cannot include" in result.stderr


def test_numbers_follow_the_common_calls(tmp_path):
    result = generate(tmp_path, "include janus/common.def\none | | | | M\ntwo | | | | M\n", common="null | | | | M\nlog | | | | M\n")
    assert result.returncode == 0, result.stderr
    calls = (tmp_path / "calls.h").read_text()
    defines = dict(line.split()[1:] for line in calls.splitlines() if line.startswith("#define"))
    assert defines == {"CALL_ONE": "2", "CALL_TWO": "3", "CALL_COUNT": "4"}
    names = (tmp_path / "names.h").read_text()
    assert [f'[{n}] = "{name}"' in names for n, name in enumerate(["null", "log", "one", "two"])] == [True] * 4


def test_the_page_has_every_column(tmp_path):
    row = "copy | from:word, to:word | count:word, more:word! | ERR_LIMIT ERR_NO_CAP | Copy something.\n"
    assert generate(tmp_path, TYPES + row, common="null | | | | Nothing.\n").returncode == 0
    page = (tmp_path / "test.md").read_text()
    assert (
        "| 1 | `copy` | `from` word (rdi)<br>`to` word (rsi) | `count` word (rdi)<br>`more` word (rsi, always) | `ERR_LIMIT`<br>`ERR_NO_CAP` | Copy something. |"
        in page
    )
    assert "| word | anything |" in page


def test_trace_events_count_from_one(tmp_path):
    (tmp_path / "trace.def").write_text("switch | from | to | M\nfault | vector | ip | M\n")
    command = [sys.executable, "-B", ROOT / "tools/abi/generate.py", "trace", tmp_path / "trace.def", "--output", tmp_path]
    assert subprocess.run(command).returncode == 0
    header = (tmp_path / "trace.h").read_text()
    assert "TRACE_SWITCH = 1," in header and "TRACE_FAULT = 2," in header
    (tmp_path / "trace.def").write_text("switch | from | to | M\n\nswitch | from | to | M\n")
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith(f"{tmp_path}/trace.def:3: error: event 'switch' is already there")


def test_include_comes_first(tmp_path):
    result = generate(tmp_path, COMMON + "call | | | | M\ninclude janus/objects.def\n")
    assert result.returncode == 1
    assert f"{tmp_path}/syscall.def:3: error: include must come before the first call" in result.stderr


def test_second_table_and_raw_rows(tmp_path):
    """An included table beside the common one has numbers and stubs in the personality's headers; a raw row has no stub."""
    result = generate(tmp_path, COMMON + "include janus/objects.def\nmessage | registers | | ERR_TIMEOUT | M\n")
    assert result.returncode == 0, result.stderr
    stubs, numbers = (tmp_path / "stubs.h").read_text(), (tmp_path / "calls.h").read_text()
    assert "call_thread_start(" in stubs and "CALL_THREAD_START" in numbers
    assert "call_null(" not in stubs and "CALL_NULL " not in numbers
    assert "call_message(" not in stubs and "CALL_MESSAGE " in numbers
    assert generate(tmp_path, (tmp_path / "syscall.def").read_text(), "kernel").returncode == 0
    handlers, dispatch = (tmp_path / "handlers.h").read_text(), (tmp_path / "dispatch.c").read_text()
    assert '#include "core/objects_handlers.h"' in handlers and "sys_thread_start" not in handlers
    assert "enum status sys_message(struct thread *self);" in handlers
    assert "[CALL_MESSAGE] = sys_message" in dispatch and "[CALL_THREAD_START] = enter_thread_start" in dispatch


@pytest.mark.parametrize("personality", ["l4", "exo", "probe"])
def test_what_a_handler_moves_on_is_said_in_its_row(personality):
    """An argument that a preempted call leaves changed must be known to the stub, or its caller goes on with what was left."""
    folder = ROOT / "personalities" / personality
    table = (folder / "uapi" / personality / "syscall.def").read_text()
    moved = 0
    for source in folder.glob("*.c"):
        for body in re.split(r"^}$", source.read_text(), flags=re.MULTILINE):
            for call in re.findall(r"struct args_(\w+) \*left\b", body):
                row = re.search(rf"^{call} +\| (.*?) \| (.*?) ?\|", table, re.MULTILINE)
                assert row, call
                types = dict(word.split(":") for word in row[1].split(", "))
                results = row[2].count(":")
                for argument in re.findall(r"left->(\w+) [-+]?=", body):
                    moved += 1
                    assert types[argument] in ("cursor", "rest") or list(types).index(argument) < results, f"{call}: {argument}"
    assert moved or personality != "l4"
