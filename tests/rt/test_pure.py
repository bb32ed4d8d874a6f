# SPDX-License-Identifier: BSD-2-Clause
"""The C library that programs link against has functions, but no system calls."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MUSL = "/usr/lib/x86_64-linux-musl/libc.a"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    output = tmp_path_factory.mktemp("pure") / "libmusl-pure.a"
    subprocess.run([sys.executable, "-B", ROOT / "lib/rt/pure.py", MUSL, output], check=True)
    return output


def link(library, folder, body):
    source = folder / "program.c"
    source.write_text(body)
    command = ["gcc", "-fno-pie", "-fno-stack-protector", "-w", "-nostdlib", "-static", source, library, "-lgcc"]
    return subprocess.run([*command, "-o", folder / "program"], capture_output=True, text=True)


def test_no_member_has_a_system_call(library):
    code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", library], check=True, capture_output=True, text=True).stdout
    assert "<memcpy>:" in code
    assert "syscall" not in [line.split("\t")[-1].strip() for line in code.splitlines()]
    assert "sysenter" not in code


@pytest.mark.parametrize("call", ["qsort(0, 0, 0, 0)", "memcpy(p, p, 1)", "strlen(p)", "strchr(p, 1)", "isalpha(65)"])
def test_pure_functions_link(library, tmp_path, call):
    result = link(library, tmp_path, f"char p[9]; void _start(void) {{ {call}; }}")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["getpid", "write", "open", "mmap", "fork", "clock_gettime", "pthread_create", "syscall", "fopen"])
def test_system_calls_do_not_link(library, tmp_path, name):
    result = link(library, tmp_path, f"void _start(void) {{ {name}(); }}")
    assert result.returncode != 0
    assert "undefined reference to" in result.stderr


def test_a_library_without_system_calls_is_not_a_c_library(library, tmp_path):
    result = subprocess.run(
        [sys.executable, "-B", ROOT / "lib/rt/pure.py", library, tmp_path / "again.a"], capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "no member makes a system call" in result.stderr
