# SPDX-License-Identifier: BSD-2-Clause
"""A system call that is not served gives ENOSYS, and is named in the log: once, with the name of the program.  One that has a row, as rseq, is not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = (321, 511, 10**6)  # bpf; one that no call has; the last and all above it are named as one
RSEQ = 334
PROGRAM = """
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
int
main(void)
{
	const long numbers[] = { %s };
	for (unsigned i = 0; i < 2 * sizeof(numbers) / sizeof(numbers[0]); i++) {
		long result = syscall(numbers[i / 2], 0, 0, 0, 0, 0, 0);
		printf("%%ld: %%d\\n", numbers[i / 2], result == -1 && errno == ENOSYS);
	}
}
"""


@pytest.mark.parametrize("personality", ("l4", "exo"))
def test_it_is_named_once(personality: str, tmp_path: Path) -> None:
    source, program = tmp_path / "asks.c", tmp_path / "asks"
    source.write_text(PROGRAM % ", ".join(map(str, (*NUMBERS, RSEQ))))
    subprocess.run(["musl-gcc", "-static", source, "-o", program], check=True)
    words = ["./janus", "run", personality, "--timeout=40", "--with", f"{program}:asks", "--", "/asks"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=100)
    assert done.stdout.count(": 1\n") == 2 * (len(NUMBERS) + 1), done.stdout
    named = re.findall(r"asks: system call (\d+) is not served", done.stdout)
    assert named == ["321", "511"], done.stdout
