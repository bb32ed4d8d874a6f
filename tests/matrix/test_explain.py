# SPDX-License-Identifier: BSD-2-Clause
"""The path of one operation: the tree made of runs, and the command."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from janus.figures import ladder
from janus.figures.ladder import KERNEL, USER, Run
from janus.paths import ROOT


def run(level: str, function: str, instructions: int, *, entered: bool = False, space: bool = False) -> Run:
    return Run(level, function, "", instructions, entered, space)


def shape(nodes: list[ladder.Node]) -> list[object]:
    return [(node.function, node.instructions, shape(node.called)) for node in nodes]


def test_a_call_nests_and_a_return_goes_on() -> None:
    found = [
        run(USER, "main", 3),
        run(KERNEL, "entry", 5, entered=True),
        run(KERNEL, "work", 7, entered=True),
        run(KERNEL, "entry", 2),
        run(USER, "main", 1),
    ]
    assert shape(ladder.tree(found)) == [("main", 4, [("entry", 7, [("work", 7, [])])])]
    assert ladder.summary(found) == "18 instructions: 4 user, 14 kernel; 2 changes of mode, 0 of the address space"


def test_another_program_is_a_tree_of_its_own_and_the_first_goes_on() -> None:
    found = [
        run(USER, "client", 3),
        run(KERNEL, "ipc", 50, entered=True, space=True),
        run(USER, "server", 4),
        run(KERNEL, "ipc", 50, entered=True, space=True),
        run(USER, "client", 2),
    ]
    assert shape(ladder.tree(found)) == [("client", 5, [("ipc", 50, [])]), ("server", 4, [("ipc", 50, [])])]
    assert ladder.summary(found).endswith("4 changes of mode, 2 of the address space")


def test_a_handler_that_returns_without_the_kernel_does_not_swallow_what_it_interrupted() -> None:
    found = [run(USER, "main", 1), run(KERNEL, "fault", 38, entered=True), run(USER, "handler", 1, entered=True), run(USER, "main", 3)]
    assert shape(ladder.tree(found)) == [("main", 4, [("fault", 38, [])]), ("handler", 1, [])]


def test_nothing_is_lost_between_runs_and_tree() -> None:
    found = [run((USER, KERNEL)[i % 2], f"f{i % 5}", i + 1, entered=i % 3 == 0) for i in range(50)]
    assert sum(node.total() for node in ladder.tree(found)) == sum(one.instructions for one in found)


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["./janus", "explain", *words], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_an_ipc_is_explained_and_drawn(tmp_path: Path) -> None:
    drawn = tmp_path / "ipc.svg"
    result = command("protected-call", "--system", "l4", "--svg", str(drawn))
    assert result.returncode == 0, result.stderr
    assert "4 changes of mode, 2 of the address space" in result.stdout
    assert "syscall_entry" in result.stdout and "server" in result.stdout
    texts = [element.text for element in ElementTree.parse(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("syscall_entry") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nul-call"], 'there is no row "nul-call"'),
        (["null-call", "--system", "linux"], "linux cannot be explained"),
        (["protected-call-one-space", "--system", "exo"], "is not there on exo: an environment is a space"),
        (["null-call", "--svg", "x.svg"], "--svg draws one system"),
        (["unix-fork"], "unix-fork cannot be explained: functions of what serves programs for Linux have no names here"),
        (["unix-fork", "--system", "l4"], "unix-fork cannot be explained: functions of what serves"),
        (["trusted-lines"], "trusted-lines cannot be explained: it is a size"),
        (["null-call", "--system", "exo", "--svg", "/nowhere/x.svg"], "cannot write /nowhere/x.svg: No such file or directory"),
    ],
)
def test_what_cannot_be_explained_gets_one_line(words: list[str], said: str) -> None:
    result = command(*words)
    assert result.returncode in (1, 2)
    assert said in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
