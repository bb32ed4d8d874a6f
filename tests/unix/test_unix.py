# SPDX-License-Identifier: BSD-2-Clause
"""Each program and script has the result that it has on Linux.  One boot runs all of an area."""

from __future__ import annotations

import fnmatch
import functools
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from janus import archive, build
from janus.errors import SetupError

sys.path.insert(0, str(Path(__file__).resolve().parent))

import run  # noqa: E402


# Of a system that is another's variant: what is most its own, which in each area is one boot; the others are slow tests.
CHOSEN = {
    "l4-direct": ("process_*", "signal_*"),
    "l4-lazy": ("memory_*", "process_*", "signal_*"),
    "exo-rewritten": ("site_*", "signal_*", "futex_*"),
    "exo-protected": (
        *("file_directory", "file_fault", "file_permissions", "file_vector", "futex_*", "process_credentials", "process_exec", "process_f*", "process_setuid"),
        *("process_threads", "process_vfork", "signal_frame", "signal_queue", "signal_threads", "stress_killed", "terminal_jobs", "terminal_pipe", "time_*"),
    ),
}


def is_chosen(system: str, name: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in CHOSEN.get(system, ("*",)))


def of_area(name: str, system: str = "") -> tuple[str, ...]:
    """What runs in one boot with a test: the area's, those chosen of it or the others."""
    area, chosen = name.partition("_")[0], is_chosen(system, name)
    return tuple(other for other in run.sources() if other.partition("_")[0] == area and is_chosen(system, other) == chosen)


@pytest.mark.parametrize("name", list(run.sources()))
def test_linux_runs_it(name: str) -> None:
    """To its end, and twice with the same result: else it could not be compared."""
    first, again = (run.on_linux(of_area(name), attempt)[name] for attempt in range(2))
    assert "@status time" not in first
    assert first == again


def cases() -> Iterator[ParameterSet]:
    for system in run.SYSTEMS:
        for name in run.sources():
            yield pytest.param(system, name, marks=() if is_chosen(system, name) else pytest.mark.slow)


@functools.cache
def library_lacking() -> str:
    """Why there is no library whose calls are IPC: its source is fetched."""
    try:
        run.library_of_ipc()
    except SetupError as error:
        return str(error)
    return ""


@pytest.mark.timeout(run.BOOT_LIMIT + 60)
@pytest.mark.parametrize(("system", "name"), cases())
def test_same_as_on_linux(system: str, name: str) -> None:
    if system in run.DIRECT and (lacking := library_lacking()):
        pytest.skip(lacking)
    found = run.difference(system, of_area(name, system), name)
    assert not found, found


SHELL = ("/bin/busybox", "sh", "-c", "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; done >/tmp/x; sort /tmp/x | wc -l; sed -n /^calls/p /proc/stat")


@functools.cache
def boot_with(key: str, value: str, boot: str = "unix") -> tuple[int, str]:
    """The exit code of the shell on exo with this setting of what is booted, and its console."""
    content = archive.from_specification(run.ROOT / "personalities" / "exo" / f"{boot}.boot", build.build("debug", including="exo"))
    content = replace(content, programs=(replace(content.programs[0], args=SHELL, settings={key: value}),))
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(content.pack())
        words = [run.ROOT / "janus", "run", "exo", f"--archive={file.name}", f"--append={' '.join(content.append)}"]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("boot", "key", "value", "said"),
    [
        ("unix", "rewrite", "perhaps", "unix: rewrite=perhaps: on, off or count"),
        ("unix", "rewrite", "", "unix: rewrite=: on, off or count"),
        ("unix", "trust", "protected", "unix: trust=protected: shared; what protects is another program, unix-protected"),
        ("unix", "write", "on", "unix: there is no setting write: rewrite=on|off|count, trust=shared, deaths=NAME"),
        ("unix-protected", "trust", "shared", "unix: trust=shared: protected; programs that trust each other have another library, unix"),
        ("unix-protected", "rewrite", "on", "unix: rewrite=on: off, since each call enters the server: a rewritten site would spare the upcall alone; trust=shared rewrites"),
        ("unix-protected", "deaths", "x", "unix: there is no setting deaths here: trust=protected"),
    ],
)
def test_a_wrong_setting_is_named(boot: str, key: str, value: str, said: str) -> None:
    code, console = boot_with(key, value, boot)
    assert code == 1
    assert said in console.splitlines()


COUNTED = re.compile(r"^calls (\d+) (\d+)$", re.MULTILINE)  # in /proc/stat


@pytest.mark.parametrize("value", ["on", "off"])
def test_no_setting_changes_what_a_program_says(value: str) -> None:
    code, console = boot_with("rewrite", value)
    assert code == 0
    assert "300" in console.splitlines()
    assert "by stubs" not in console
    assert bool(COUNTED.search(console)) == (value == "on")


def test_most_calls_come_by_stubs() -> None:
    """Where a program makes many: each program that is executed meets its sites anew."""
    code, console = boot_with("rewrite", "count")
    told = re.search(r"^unix: (\d+) of (\d+) system calls by stubs; (\d+) stubs, (\d+) sites rewritten$", console, re.MULTILINE)
    assert code == 0 and told, console
    by_stub, calls, stubs, sites = map(int, told.groups())
    assert 2 * by_stub > calls
    assert 0 < stubs <= sites <= calls - by_stub
    counted = COUNTED.search(console)
    assert counted and calls / 2 < int(counted[1]) < calls and by_stub / 2 < int(counted[2]) < by_stub


LOOP = ("/bin/busybox", "sh", "-c", "i=0; while [ $i -lt 9 ]; do i=$((i+1)); echo $i >/tmp/$i; read j </tmp/$i; done; cd /tmp; umask 7; ulimit -a; trap : 1; kill -1 $$; pwd")
BOUND = re.compile(r"^(before|written|served) (0x\w+): (0x\w+) is (0x\w+) (..)$", re.MULTILINE)  # page_tables.py


def test_nothing_is_written_where_it_is_executed(tmp_path: Path) -> None:
    """In the processor's tables: while a site is changed, one other binding of its page can be written; then none."""
    content = archive.from_specification(run.ROOT / "personalities" / "exo" / "unix-rewritten.boot", build.build("debug", including="exo"))
    (tmp_path / "archive").write_bytes(replace(content, programs=(replace(content.programs[0], args=LOOP),)).pack())
    lines = (run.ROOT / "libos/unix/rewrite.c").read_text().splitlines()
    store = next(number for number, line in enumerate(lines, 1) if line.endswith("(volatile uint64_t *)at = word;"))
    words = [run.ROOT / "janus", "gdb", "exo", "--archive", tmp_path / "archive", f"--append={' '.join(content.append)}", "--", "-batch", "-nx"]
    words += ["-ex", f'set $where = "rewrite.c:{store}"', "-x", run.ROOT / "tests/unix/page_tables.py"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=100)
    stops: dict[tuple[str, str], dict[int, tuple[str, str]]] = {}
    for when, site, address, frame, rights in BOUND.findall(done.stdout):
        stops.setdefault((when, site), {})[int(address, 16)] = frame, rights
    assert len(stops) == 3 * 8, done.stdout[-2000:] + done.stderr
    for (when, site), bound in stops.items():
        frame, rights = bound[int(site, 16) & -4096]
        assert rights == "-x" and "wx" not in {each for _, each in bound.values()}, (when, site)
        others = [each for address, (other, each) in bound.items() if other == frame and address != int(site, 16) & -4096]
        assert others == ([] if when == "served" else ["w-"]), (when, site)
