import json
from pathlib import Path

from benchmarks.cost import Options, Run, report
from benchmarks.figures import Latency
from benchmarks.report import Table, write
from benchmarks.rooms.measure import Window


def window(cpu: float, *, packets: int = 100_000, lost: int = 0) -> Window:
    latency = Latency(packets, 0.0001, 0.0002, 0.001, 0.002)
    return Window(
        seconds=6.0,
        packets_sent=3300,
        packets_received=packets,
        octets_received=packets * 1000,
        expected=packets + lost,
        lost=lost,
        late=0,
        retransmitted=0,
        skipped=0,
        server_cpu=cpu,
        client_cpu=0.1,
        resident=1 << 20,
        video=latency,
        audio=latency,
    )


RUNS = [
    Run("Zvonok, CM80", 30, 0, window(0.5)),
    Run("Janus, default", 30, 0, window(3.0, lost=1000)),
    Run("Zvonok, CM80", 30, 1, window(0.7)),
    Run("Zvonok, CM80", 30, 2, window(0.4)),
]


def test_cost_and_loss_of_a_window() -> None:
    assert window(0.5).cpu_per_packet * 1e6 == 5.0
    assert window(0.5, packets=99_000, lost=1000).loss == 0.01
    assert window(0.5, packets=99_000, lost=1000).delivered == 0.99


def test_a_row_has_the_median_its_spread_and_the_ratio_to_janus() -> None:
    (_, table), *_ = report(Options(), RUNS).tables
    ours = next(row for row in table.rows if row[1] == "Zvonok, CM80")
    assert ours[:4] == ("30", "Zvonok, CM80", "5.00 (4.00-7.00)", "1/6.0")
    assert next(row for row in table.rows if row[1] == "Janus, default")[4] == "0.990%"


def test_without_janus_there_is_no_ratio() -> None:
    (_, table), *_ = report(Options(), [run for run in RUNS if run.server.startswith("Zvonok")]).tables
    assert table.rows[0][3] == "-"


def test_the_report_says_that_janus_is_built_on_nss() -> None:
    assert "NSS" in report(Options(), RUNS).markdown("a machine", "today")


def test_files_hold_the_table_and_the_raw_windows(tmp_path: Path) -> None:
    text, data = write(report(Options(), RUNS), tmp_path)
    assert "| 30 | Zvonok, CM80 | 5.00 (4.00-7.00) | 1/6.0 |" in text.read_text()
    assert json.loads(data.read_text())["runs"][0]["window"]["server_cpu"] == 0.5


def test_columns_of_a_table_line_up() -> None:
    lines = Table(("a", "long header"), (("wide cell", "x"), ("b", "y"))).text().splitlines()
    assert [line.index(word) for line, word in zip(lines, ("long", "x", "y"), strict=True)] == [11, 11, 11]
