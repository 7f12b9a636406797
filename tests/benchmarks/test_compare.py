"""The whole comparison, small: real servers, one round, short windows."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import compare
from benchmarks.__main__ import main
from benchmarks.command.stop import children
from benchmarks.figures import Spread
from benchmarks.peers import janus
from benchmarks.peers.peer import Entrant
from benchmarks.plane.floor import Steps
from benchmarks.plane.floors import FloorCost
from benchmarks.report.summary import Run
from sfu.plane.model import SrtpProfile
from tests.support.fake_peer import FakePeer, World
from tests.support.outcomes import OUTCOME

GCM, CM80 = SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES_CM_128_HMAC_SHA1_80


def test_the_floor_of_a_lecture_is_that_of_its_size_and_profile() -> None:
    chosen = [Entrant(name, profile, lambda _: FakePeer(World())) for name, profile in (("A", GCM), ("B", CM80))]
    runs = [Run(name, 0, replace(OUTCOME, plan=plan)) for name in "AB" for plan in ("lecture", "class")]
    steps = Steps(1.0, 1.0, 1.0, 1.0, 1.0)
    known = [FloorCost(GCM, 30, Spread(4e-6, 3e-6, 5e-6), Spread(3e-6, 3e-6, 3e-6), steps)]
    assert compare.floors_by_case(runs, chosen, known) == {(OUTCOME.title, "A"): 4e-6}


@pytest.mark.timeout(240)
def test_ours_and_janus_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not janus.installed():
        pytest.skip("Janus is not installed: run `make bench`, or install Debian's package `janus`")
    monkeypatch.chdir(tmp_path)
    servers = ["--only", "gcm128", "--only", "janus, default"]
    code = main([*servers, "--rounds", "1", "--seconds", "1", "--scenarios", "lecture:2", "class:3", "floor"])
    said = capsys.readouterr().out
    assert code == 0, said
    (page,), (data,) = tmp_path.glob("reports/*.html"), tmp_path.glob("reports/*.json")
    held = json.loads(data.read_text())
    assert {run["server"] for run in held["raw"]["runs"]} == {"Zvonok, GCM128", "Janus, default"}
    assert len(held["raw"]["runs"]) == 4
    assert all(run["outcome"]["windows"][0]["packets_received"] > 0 for run in held["raw"]["runs"])
    assert [cost["receivers"] for cost in held["raw"]["floor"]] == [2, 2]
    cost = next(one for one in held["tables"] if one["title"].startswith("CPU"))["table"]
    assert "of Janus, default" in cost["headers"]
    assert "of the floor" in cost["headers"]
    assert "NSS" in page.read_text()
    assert not children(os.getpid())


@pytest.mark.timeout(120)
def test_an_interrupted_comparison_writes_what_it_has_and_leaves_no_server(tmp_path: Path) -> None:
    words = ["--only", "gcm128", "--rounds", "50", "--seconds", "0.5", "--scenarios", "lecture:1"]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "benchmarks", *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "us/packet" in line:
            break
    started = children(process.pid)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1, out
    assert "written:" in out
    (data,) = tmp_path.glob("reports/*.json")
    assert json.loads(data.read_text())["raw"]["runs"][0]["outcome"]["windows"]
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)
