# SPDX-License-Identifier: BSD-2-Clause
"""Missing packages: ./janus setup, and commands that install what they need, with a stand-in for apt-get."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command import janus, one_line

from janus import packages
from janus.errors import SetupError

# It writes what it is told into a log; "installs" gdb unless that is refused; its update makes packages known.
APT_GET = """#!/bin/sh
echo "$DEBIAN_FRONTEND: $*" >>{folder}/log
case "$1" in
update) touch {folder}/updated; exit 0 ;;
esac
[ -e {folder}/offline ] && echo "Reading..." && echo "E: Failed to fetch gdb" && echo "E: and more" && exit 100
[ -e {folder}/outdated ] && [ ! -e {folder}/updated ] && echo "E: Unable to locate package gdb" && exit 100
[ -e {folder}/hollow ] || ln -s /usr/bin/gdb {folder}/bin/gdb
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder whose bin/, as the whole PATH, has all programs but gdb, and the stand-in for apt-get."""
    (tmp_path / "bin").mkdir()
    for place in ("/bin", "/usr/bin", "/usr/sbin"):
        for program in Path(place).iterdir():
            link = tmp_path / "bin" / program.name
            if program.name not in ("gdb", "apt-get", "sudo") and not link.exists():
                link.symlink_to(program)
    install(tmp_path)
    return tmp_path


def install(machine: Path) -> None:
    apt_get = machine / "bin" / "apt-get"
    apt_get.write_text(APT_GET.format(folder=machine))
    apt_get.chmod(0o755)


def set_up(machine: Path) -> str:
    result = janus("setup", PATH=str(machine / "bin"))
    assert result.returncode == 0, result.stderr
    return result.stderr


INSTALLING = "installing gdb: debugs the kernels"


def test_setup_installs_what_is_missing_and_says_why(machine: Path) -> None:
    assert set_up(machine) == f"{INSTALLING}\neverything that is needed is installed\n"
    asked = (machine / "log").read_text()
    assert asked == " ".join(["noninteractive: install --yes --no-install-recommends gdb", *packages.PATIENCE]) + "\n"
    assert set_up(machine) == "everything that is needed is installed\n"
    assert (machine / "log").read_text() == asked


def test_package_lists_are_renewed_where_they_are_old(machine: Path) -> None:
    (machine / "outdated").touch()
    set_up(machine)
    words = [line.split()[1] for line in (machine / "log").read_text().splitlines()]
    assert words == ["install", "update", "install"]


def test_a_command_installs_what_it_needs(machine: Path, kernel: Path) -> None:
    path = str(machine / "bin")
    result = janus("gdb", "--kernel", kernel, "--", "-batch", PATH=path)
    assert (result.returncode, result.stderr.splitlines()[0]) == (0, INSTALLING)


def test_a_command_leaves_alone_what_it_does_not_need(machine: Path, kernel: Path) -> None:
    assert janus("run", "--kernel", kernel, PATH=str(machine / "bin")).returncode == 0
    assert not (machine / "log").exists()


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("offline", "could not install gdb: E: Failed to fetch gdb"),
        ("hollow", "gdb: installed, but what it should provide is not there"),
    ],
)
def test_what_cannot_be_installed(machine: Path, kernel: Path, trouble: str, said: str) -> None:
    (machine / trouble).touch()
    result = janus("gdb", "--kernel", kernel, PATH=str(machine / "bin"))
    assert result.returncode == 3
    assert result.stderr == f"{INSTALLING}\njanus: {said}\n"


def test_no_apt_get(machine: Path) -> None:
    (machine / "bin" / "apt-get").unlink()
    result = janus("setup", PATH=str(machine / "bin"))
    assert result.returncode == 3
    assert result.stderr.endswith("janus: missing: gdb; there is no apt-get here, so install them by hand\n")


def test_without_rights(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    missing = [package for package in packages.known() if package.name == "gdb"]
    with pytest.raises(SetupError, match="run this as root: apt-get install --yes --no-install-recommends gdb"):
        packages.install(missing)


def test_with_sudo(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sudo = machine / "bin" / "sudo"
    sudo.write_text(f'#!/bin/sh\necho "sudo $*" >>{machine}/log\n[ "$1" = --non-interactive ] && shift\nexec "$@"\n')
    sudo.chmod(0o755)
    monkeypatch.setenv("PATH", str(machine / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    packages.install([package for package in packages.known() if package.name == "gdb"])
    assert "sudo --non-interactive apt-get install" in (machine / "log").read_text()


def test_every_package_has_a_purpose_that_a_command_names() -> None:
    purposes = {"tool", "build", "run", "uefi", "bochs", "iso", "gdb", "test", "bench", "matrix", "linux", "linux-lean", "show"}
    purposes |= {"slurm"}  # by one slow test, when it is asked for: its packages start daemons
    assert all(package.purposes and package.purposes <= purposes for package in packages.known())
