# SPDX-License-Identifier: BSD-2-Clause
"""./janus show: what a kernel that runs the root task and its servers holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import janus

from janus import archive, build
from janus.archive import Entry, host_file
from janus.commands.show import snapshot
from janus.machine import Boot
from janus.show.core import Mapping
from janus.show.l4 import Kernel

pytestmark = pytest.mark.skipif("l4" not in build.included("debug"), reason="l4 is not built")


def test_spaces(tmp_path: Path) -> None:
    result = janus("show", "l4", "spaces", "--svg", tmp_path / "spaces.svg")
    assert (result.returncode, result.stderr) == (0, f"{tmp_path}/spaces.svg: written\n")
    spaces, _, mappings = result.stdout.partition("\n\n")
    assert [line.split()[0] for line in spaces.splitlines()[1:]] == ["root", "prompt", "zero", "console", "timer", "names", "sigma0"]
    chain = [line for line in mappings.splitlines()[1:] if line.lstrip().startswith(("sigma0", "root", "names")) or line.startswith("  root")]
    below = [(len(line) - len(line.lstrip()), line.split()[0], line.split()[1]) for line in chain]
    assert (2, "root", "rwx") in below and (4, "sigma0", "rwx") in below  # all memory: from the root task to sigma0,
    assert (6, "root", "rwx") in below and (8, "names", "r-x") in below  # back as blocks, and on as programs
    assert (tmp_path / "spaces.svg").read_text().count("<g id=\"node") == 7


def test_caps_and_threads() -> None:
    caps = janus("show", "l4", "caps").stdout
    names = caps.partition("endpoint names\n")[2].partition("endpoint timer\n")[0].splitlines()
    assert [line.split()[0].partition(":")[0] for line in names] == ["root", "root", "names"]
    assert names[1].endswith("------S-, badge 1") and names[2].endswith("---s--SR")
    threads = janus("show", "l4", "threads").stdout.splitlines()[1:]
    assert [line.split()[1] for line in threads] == ["root", "sigma0", "names", "timer", "console", "zero", "prompt"]
    assert all(line.endswith(f"waits to receive at {line.split()[1]}") for line in threads[:-1])
    assert threads[-1].endswith("waits for a notification")


def test_what_cannot_be_shown(kernel: Path) -> None:
    result = janus("show", "probe", "threads")
    assert (result.returncode, result.stderr) == (2, "janus: probe cannot be shown: l4 and exo can\n")
    result = janus("show", "--kernel", kernel, "--append=exit=1", "threads")
    assert result.returncode == 1
    assert "the guest ended before there was anything to show" in result.stderr


def all_of(mappings: list[Mapping]) -> Iterator[Mapping]:
    for mapping in mappings:
        yield mapping
        yield from all_of(mapping.children)


def test_colours_divide_memory(tmp_path: Path) -> None:
    """Two programs whose pagers have different colours share no colour but that of their stacks, which are the root task's."""
    folder = build.folder("debug")
    lines = ["program root bin/root", "program sigma0 bin/sigma0 serves=sigma0 priority=200"]
    for name, colours in (("red", "0 2"), ("blue", "5 6")):
        lines.append(f"program pager-{name} bin/pager {colours} serves={name} uses=sigma0 priority=150")
        lines.append(f"program {name} bin/victim 1 pager={name} serves=of-{name} memory=1M")
    files = {"root": "servers/server-root", "sigma0": "servers/server-sigma0", "pager": "servers/server-pager-colour"}
    files["victim"] = "tests/kernel/servers/servers-victim"
    entries = [host_file(folder / path, f"bin/{name}") for name, path in files.items()]
    packed = tmp_path / "archive.cpio"
    packed.write_bytes(archive.pack([*entries, Entry("manifest", "\n".join(lines).encode())]))
    shown = snapshot(Boot(build.kernel("l4", "debug"), packed, append="colours=8"), 30, Kernel)
    used: dict[str, set[int]] = {"red": set(), "blue": set()}
    for mapping in all_of(shown.mappings()):
        if mapping.space.name in used and mapping.address < 1 << 40:
            used[mapping.space.name].add(mapping.physical >> 12 & 7)
    assert used["red"] and used["red"] <= {0, 1, 2}
    assert used["blue"] and used["blue"] <= {5, 6}


def test_exo(tmp_path: Path) -> None:
    frames = janus("show", "exo", "frames", "--svg", tmp_path / "frames.svg").stdout
    holders = {line.split()[1]: [int(word) for word in line.split()[2:]] for line in frames.splitlines()[1:3]}
    held, kernel, allowance, given = zip(holders["init"], holders["console"], strict=True)
    assert given[0] == allowance[1] and given[1] == 0  # what the console may have, init gave it
    assert held[1] >= kernel[1] == 64
    free = next(int(line.split()[2]) for line in frames.splitlines() if line.startswith(".  free"))
    assert free == sum(allowance) - sum(held) - sum(given)  # what is allowed and not held is free
    assert (tmp_path / "frames.svg").read_text().count("<g id=\"node") == 2
    slices = janus("show", "exo", "slices").stdout.splitlines()[2:]
    assert [line.split()[:3] for line in slices] == [["0", "init", "waits"], ["1", "console", "waits"]]
    bindings = janus("show", "exo", "bindings").stdout.splitlines()
    assert ["console", "rw-", "8", "KiB", "0x40000..0x42000"] in [line.split() for line in bindings]  # its client's channel
    assert janus("show", "exo", "threads").returncode == 2
