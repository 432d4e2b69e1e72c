"""A Blender in a process of its own, asked in lines of JSON."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import weakref
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from tma import MediaError

WORKER = Path(__file__).with_name("worker.py")
_START_SECONDS = 120.0
_LAST_LINES = 12


class Blender:
    """A worker process that is started when it is first asked, and again after it failed.

    A request is a JSON object on a line; so is the answer. What Blender prints goes elsewhere: the
    worker keeps the answers' channel to itself.

    Args:
        python: an interpreter that can import bpy.
        seconds: the longest that one request may take.
        worker: the script to run.
    """

    def __init__(self, python: Path, seconds: float, worker: Path = WORKER) -> None:
        self._python, self._seconds, self._worker = python, seconds, worker
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._said: deque[str] = deque(maxlen=_LAST_LINES)
        self._listener: threading.Thread

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises:
            MediaError: Blender can't be started, says that it failed, dies or takes too long.
        """
        process = self._running()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        except OSError:
            raise self._failure("ended") from None
        answer = self._next(self._seconds)
        if "error" in answer:
            raise MediaError(f"Blender: {answer['error']}")
        return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        # Python's own variables would lead the other interpreter to this one's packages.
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        try:
            process = subprocess.Popen(
                [str(self._python), str(self._worker)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=kept,
            )
        except OSError as error:
            raise MediaError(
                f"{self._python} can't be run: {error.strerror}",
                hint="name a Python that has Blender: see the README of tma-blender",
            ) from None
        self._process, self._answers = process, queue.Queue()
        self._said.clear()
        assert process.stdout is not None
        assert process.stderr is not None
        threading.Thread(target=self._hear, args=(process.stdout,), daemon=True).start()
        self._listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listener.start()
        weakref.finalize(self, _end, process)
        if self._next(_START_SECONDS).get("ready") is not True:
            raise self._failure("did not say that it is ready")
        return process

    def _hear(self, stream: IO[str]) -> None:
        answers = self._answers
        with stream:
            for line in stream:
                answers.put(line)
        answers.put(None)

    def _listen(self, stream: IO[str]) -> None:
        said = self._said
        with stream:
            for line in stream:
                said.append(line.strip())

    def _next(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise self._failure(f"has not answered in {seconds:g} s") from None
        if line is None:
            raise self._failure("ended")
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            raise self._failure(f"answered {line[:80]!r}") from None
        return answer

    def _failure(self, what: str) -> MediaError:
        """Stop the process and say why."""
        if self._process is not None:
            _end(self._process)
            self._process = None
            self._listener.join(1.0)  # what it said last may still be on its way
        last = next((line for line in reversed(self._said) if line), "")
        return MediaError(
            f"Blender ({self._python}) {what}{': ' + last if last else ''}",
            hint="try `PYTHON -c 'import bpy'` with that interpreter",
        )


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):  # of a request that it did not live to read
            process.stdin.close()
