# SPDX-License-Identifier: BSD-2-Clause
"""The generated C, compiled by both compilers and run: stubs against a stand-in kernel, the dispatcher with stand-in handlers."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TABLE = """
include janus/common.def
type word | anything
type cursor | an address
type rest | a number
six | a:word, b:word, c:word, d:word, e:word, f:word | | ERR_LIMIT | Six arguments.
back | x:word | r1:word, r2:word, r3:word, r4:word, r5:word, r6:word | ERR_LIMIT | Six results.
far | before:word, b:word | done:word!, q:word | ERR_LIMIT | One result that always comes.
mixed | a:word, b:word, c:word, d:word | p:word, q:word | ERR_LIMIT | Both.
onward | a:cursor, b:rest, c:word | | ERR_LIMIT | Two that a preempted call moves on.
"""


def generate(folder, what, table, *further):
    command = [sys.executable, "-B", ROOT / "tools/abi/generate.py", what, table, "--output", folder]
    command += ["--include", ROOT / "core/uapi", "--status", ROOT / "core/uapi/janus/status.h", *further]
    subprocess.run(command, check=True)


@pytest.fixture
def generated(tmp_path):
    """A folder with everything that is generated for a personality named test."""
    (tmp_path / "syscall.def").write_text(TABLE)
    for folder in ("janus", "test", "core", "personalities/test"):
        (tmp_path / folder).mkdir(parents=True)
    generate(tmp_path / "janus", "common-user", ROOT / "core/uapi/janus/common.def")
    generate(tmp_path / "core", "common-kernel", ROOT / "core/uapi/janus/common.def")
    generate(tmp_path / "test", "user", tmp_path / "syscall.def", "--personality", "test")
    generate(tmp_path / "personalities/test", "kernel", tmp_path / "syscall.def", "--personality", "test")
    return tmp_path


def compile_and_run(compiler, folder, *sources):
    include = [folder, HERE / "fake", ROOT / "core/uapi", ROOT]
    command = [compiler, "-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-fno-strict-aliasing"]
    command += ["-mno-red-zone", "-fno-pie", "-no-pie", *(f"-I{path}" for path in include)]
    subprocess.run([*command, *sources, "-o", folder / "program"], check=True)
    subprocess.run([folder / "program"], check=True)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_stubs(generated, compiler):
    for path in (generated / "janus/stubs.h", generated / "test/stubs.h"):
        path.write_text(path.read_text().replace('volatile("syscall"', 'volatile("call fake_kernel"'))
    compile_and_run(compiler, generated, HERE / "stubs.c")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_dispatcher(generated, compiler):
    compile_and_run(compiler, generated, HERE / "dispatch.c", generated / "personalities/test/dispatch.c")


def test_numbers_in_assembler(generated):
    (generated / "number.S").write_text("#include <test/calls.h>\n.if CALL_NULL != 0 || CALL_COUNT < 8\n.error\n.endif\n")
    subprocess.run(["gcc", "-c", f"-I{generated}", generated / "number.S", "-o", generated / "number.o"], check=True)
