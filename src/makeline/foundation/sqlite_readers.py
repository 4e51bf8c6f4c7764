"""A few readers of a SQLite file, each a thread with a connection: a question never waits for a writer."""

import contextlib
import sqlite3
import threading
from pathlib import Path
from queue import SimpleQueue

from makeline.foundation.sqlite import Answer, Job, SqliteDriver, answer, connect, failed, told


class Readers:
    """A few threads with a connection each; a read never waits for a writer."""

    def __init__(self, path: Path, count: int = 2) -> None:
        self._path = path
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"sqlite-reader-{number}", daemon=True)
            for number in range(count)
        ]

    def start(self) -> None:
        """Open the threads."""
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Run the job on the next free reader."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Let the threads end after what they have."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while (job := self._jobs.get()) is not None:
            try:
                connection = connection or connect(self._path)
                connection.execute("BEGIN")
                done: Answer = (job, job.run(SqliteDriver(connection)), None)
            except BaseException as error:
                done = failed(job, told(error))
            if connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            answer([done])
        if connection is not None:
            connection.close()
