"""SIGTERM ends a command as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tma.cli.stopping import Termination
from tma.store import ReplyStore

GENERATE = """
import signal, sys
signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
from tma.cli import main
main(sys.argv[2:])
"""
EVALUATE = """
import asyncio, signal, sys
signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
from tma_plugins.reference import baselines

said = 0

async def slow(self, requests):
    global said
    said += 1
    if said == 20:
        print("waiting", flush=True)
    await asyncio.sleep(0.01 if said < 20 else 60)
    return [baselines.Reply(text="A") for _ in requests]

baselines.LetterAdapter.reply = slow
baselines.LetterAdapter.batch_size = 1
baselines.LetterAdapter.concurrency = 1
from tma.cli import main
main(sys.argv[2:])
"""
HANDLERS = ["default_int_handler", "SIG_IGN"]


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_was_begun_is_removed(tmp_path: Path, handler: str, workers: str) -> None:
    words = ["generate", "--tasks", "grid2d/*", "-n", "100000", "--workers", workers]
    command = [sys.executable, "-c", GENERATE, handler, *words, "--out", str(tmp_path / "new/set")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 300
    while not list(tmp_path.glob("new/.set.*/media/*")):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    for _ in range(2):  # `send_signal` looks first whether it has ended, which takes its time
        os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=300)
    assert (process.returncode, err.splitlines()[-1]) == (143, "tma: error: terminated")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("handler", HANDLERS)
def test_replies_are_kept_and_reported(tmp_path: Path, handler: str) -> None:
    words = ["eval", "--tasks", "grid2d/*", "-n", "60", "--model", "random"]
    words += ["--store", str(tmp_path / "r.sqlite")]
    command = [sys.executable, "-c", EVALUATE, handler, *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    for _ in range(2):  # `send_signal` looks first whether it has ended, which takes its time
        os.kill(process.pid, signal.SIGTERM)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err.splitlines()[-1]) == (143, "tma: error: terminated")
    assert "Traceback" not in err
    assert "19 calls made, 0 replies reused" in out
    with ReplyStore(tmp_path / "r.sqlite") as store:
        assert len(store.replies()) == 19


def test_a_forked_child_dies_of_it() -> None:
    with Termination() as termination:
        child = os.fork()
        if not child:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(60)
            finally:
                os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
    assert not termination.came


def test_it_is_ignored_where_it_was() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Termination() as termination:
            os.kill(os.getpid(), signal.SIGTERM)
        assert not termination.came
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
