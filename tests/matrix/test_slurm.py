# SPDX-License-Identifier: BSD-2-Clause
"""The profile for Slurm, on a cluster of this machine alone."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from janus import packages
from janus.paths import ROOT

CONFIGURATION = """\
ClusterName=janus
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/none
CredType=cred/none
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}
SlurmdSpoolDir={folder}
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/node.pid
SlurmctldPort={controller}
SlurmdPort={node}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={processors} RealMemory=1024
PartitionName=all Nodes=ALL Default=YES
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def daemon(*words: str) -> Iterator[None]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    packages.require("slurm")
    host, user = socket.gethostname(), subprocess.check_output(["id", "-un"], text=True).strip()
    values = {"host": host, "user": user, "folder": tmp_path, "controller": free_port(), "node": free_port(), "processors": os.cpu_count()}
    (tmp_path / "slurm.conf").write_text(CONFIGURATION.format(**values))
    monkeypatch.setenv("SLURM_CONF", str(tmp_path / "slurm.conf"))
    with daemon("slurmctld", "-D"), daemon("slurmd", "-D"):
        deadline = time.monotonic() + 60
        while "idle" not in subprocess.run(["sinfo", "--noheader", "--format=%T"], capture_output=True, text=True, timeout=60).stdout:
            assert time.monotonic() < deadline, "the cluster does not come up"
            time.sleep(0.5)
        yield


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_jobs_of_a_matrix_go_to_a_cluster(cluster: None, tmp_path: Path) -> None:
    folder = tmp_path / "matrix"
    words = ["./janus", "matrix", "--quick", "--profile", "slurm", "--row", "null-call", "--system", "probe", "--system", "l4", "--folder", str(folder)]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=800)
    assert result.returncode == 0, result.stderr + (folder / "snakemake.log").read_text()
    assert {path.parent.name for path in folder.glob("cells/*/*.json")} == {"probe", "l4"}
    assert "Submitted job" in (folder / "snakemake.log").read_text()
