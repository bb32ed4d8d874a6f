# SPDX-License-Identifier: BSD-2-Clause
"""./janus build, test, iso and clean, in a small tree of their own."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from command import janus, one_line


def option(tree: Path, kind: str, name: str) -> Any:
    rows = json.loads((tree / "build" / kind / "meson-info" / "intro-buildoptions.json").read_text())
    return next(row["value"] for row in rows if row["name"] == name)


def test_build_of_both_kinds(tree: Path) -> None:
    for kind, options in (("debug", []), ("release", ["--release"])):
        result = janus("build", *options, tree=tree)
        assert (result.returncode, result.stderr) == (0, f"build/{kind} is up to date\n")
        assert (tree / "build" / kind / "personalities" / "null" / "janus-null").is_file()
    assert (option(tree, "debug", "checks"), option(tree, "release", "checks")) == (True, False)
    assert option(tree, "release", "buildtype") == "release"


def test_personalities_of_a_build(tree: Path) -> None:
    """Named ones are built alone from then on; a run takes up the one that it needs."""
    assert janus("build", "null", tree=tree).returncode == 0
    assert option(tree, "debug", "personality") == []
    assert janus("run", "null", tree=tree).returncode == 0
    assert option(tree, "debug", "personality") == []
    janus("run", "l4", tree=tree)
    assert option(tree, "debug", "personality") == ["l4"]
    assert janus("build", tree=tree).returncode == 0
    assert option(tree, "debug", "personality") == ["l4"]


def test_a_change_is_built_before_a_run(tree: Path) -> None:
    assert "stand-in guest\n" in janus("run", "null", tree=tree).stdout
    source = tree / "personalities" / "null" / "guest" / "guest.c"
    source.write_text(source.read_text().replace("stand-in guest", "changed guest"))
    assert "changed guest\n" in janus("run", "null", tree=tree).stdout


def test_warnings_are_errors_in_continuous_integration(tree: Path) -> None:
    source = tree / "personalities" / "null" / "guest" / "program.c"
    source.write_text(source.read_text() + "static int unused;\n")
    result = janus("build", tree=tree)
    assert result.returncode == 0
    assert "warning: ‘unused’ defined but not used" in result.stderr
    result = janus("build", tree=tree, CI="true")
    assert result.returncode == 1
    assert "error: ‘unused’ defined but not used" in result.stderr
    assert "janus: the build in build/debug failed; the reason is above\n" in result.stderr


def test_a_build_that_cannot_be_configured(tree: Path) -> None:
    (tree / "meson.build").write_text("project(")
    result = janus("build", tree=tree)
    assert result.returncode == 1
    assert "meson.build:1" in result.stderr
    assert "janus: meson could not configure build/debug" in result.stderr


def test_clean(tree: Path) -> None:
    assert janus("build", tree=tree).returncode == 0
    assert janus("clean", tree=tree).stderr == "removed build/\n"
    assert not (tree / "build").exists()
    assert janus("clean", tree=tree).stderr == "there is nothing to remove\n"


def test_iso(tree: Path) -> None:
    result = janus("iso", "null", "--append=exit=1", tree=tree)
    assert (result.returncode, result.stderr) == (0, "wrote build/janus-null.iso\n")
    image = (tree / "build" / "janus-null.iso").read_bytes()
    assert image[0x8001:0x8006] == b"CD001"
    assert image[510:512] == b"\x55\xaa"  # it boots from a stick too
    result = janus("iso", "null", "-o", tree / "other" / "x.iso", tree=tree)
    assert result.returncode == 2
    assert result.stderr == "janus: there is no folder other to write x.iso into\n"
    assert not (tree / "other").exists()
    (tree / "other").mkdir()
    result = janus("iso", "null", "-o", tree / "other" / "x.iso", tree=tree)
    assert (tree / "other" / "x.iso").is_file()


def test_iso_refuses_what_grub_cannot_say(tree: Path) -> None:
    result = janus("iso", "null", "--append=it's", tree=tree)
    assert result.returncode == 1
    assert one_line(result) == "a command line in an ISO cannot hold single quotes or line breaks"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file program\n", "1: a file needs an archive path and a source"),
        ("\nfile program nosuch\n", "2: there is no file nosuch"),
        ("# x\n\nprogram x\n", "3: a program needs a name and a path"),
        ('program "x\n', "1: a double quote is not closed"),
    ],
)
def test_errors_of_a_specification(tree: Path, text: str, said: str) -> None:
    (tree / "personalities" / "null" / "default.boot").write_text(text)
    result = janus("run", "null", tree=tree)
    assert result.returncode == 1
    assert one_line(result) == f"personalities/null/default.boot:{said}"


def test_no_specification(tree: Path) -> None:
    (tree / "personalities" / "null" / "default.boot").unlink()
    said = "personalities/null/default.boot, which says what the boot archive holds, is missing"
    assert one_line(janus("run", "null", tree=tree)) == said


def summary(said: str) -> str:
    return said.splitlines()[-1]


def replays(said: str) -> list[str]:
    return re.findall(r"^replay: (.*)$", said, re.MULTILINE)


def test_test_sums_up_and_says_how_to_run_failures_again(tree: Path) -> None:
    result = janus("test", tree=tree)
    assert result.returncode == 1
    assert summary(result.stdout) == "2 passed, 3 failed, 2 skipped"
    assert replays(result.stdout) == [
        "./janus test bad",
        "./janus test 'tests/small/test_parts.py::test_number[2]'",
        "./janus test tests/small/test_parts.py::test_needs_broken",
    ]
    assert "its last words" in result.stdout
    assert "assert 2 == 1" in result.stdout
    assert "said before" in result.stdout


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["good"], "1 passed, 0 failed"),
        (["goo?", "number"], "2 passed, 1 failed"),
        (["tests/small/test_parts.py::test_number[1]"], "1 passed, 0 failed"),
        (["parts"], "1 passed, 2 failed, 1 skipped"),
        (["small", "--all"], "2 passed, 5 failed, 2 skipped"),
        (["long", "test_slow"], "0 passed, 2 failed"),
    ],
)
def test_test_by_name(tree: Path, names: list[str], expected: str) -> None:
    result = janus("test", *names, tree=tree)
    assert summary(result.stdout) == expected
    assert result.returncode == (0 if " 0 failed" in expected else 1)


def test_test_of_no_such_name(tree: Path) -> None:
    result = janus("test", "good", "nosuch", tree=tree)
    assert result.returncode == 2
    assert one_line(result) == 'no test is called "nosuch": see `./janus test --list --all`'


def test_test_lists_names(tree: Path) -> None:
    result = janus("test", "--list", "good", "number", tree=tree)
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "small: good",
        "small: tests/small/test_parts.py::test_number[1]",
        "small: tests/small/test_parts.py::test_number[2]",
    ]


def test_a_file_of_tests_that_cannot_be_read_fails(tree: Path) -> None:
    (tree / "tests" / "small" / "test_broken.py").write_text("import nosuch\n")
    result = janus("test", tree=tree)
    assert summary(result.stdout) == "2 passed, 4 failed, 2 skipped"
    assert "No module named 'nosuch'" in result.stdout
    assert "./janus test tests/small/test_broken.py" in replays(result.stdout)


def test_progress_is_shown_on_a_terminal_alone(tree: Path) -> None:
    quiet = janus("build", tree=tree)
    assert quiet.stderr == "build/debug is up to date\n"
    janus("clean", tree=tree)
    command = f"{tree}/janus build"
    shown = os.popen(f"cd {tree} && TERM=xterm script --quiet --return --command '{command}' /dev/null").read()
    assert "building build/debug" in shown
