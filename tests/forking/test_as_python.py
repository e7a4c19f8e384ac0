"""A command line that is forked ends, and says, what it does when Python itself runs it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.forking import python

PROGRAMS = {
    "a code": "raise SystemExit(3)",
    "a code that does not fit": "raise SystemExit(261)",
    "a text for a code": "raise SystemExit('why')",
    "an exception": "raise ValueError('why')",
    "an interruption": "raise KeyboardInterrupt",
    "a crash": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "a sudden end": "import os; os._exit(7)",
    "what is to be done at the end": "import atexit; atexit.register(print, 'late'); print('early')",
    "a thread that goes on": "import threading; threading.Timer(0.1, print, ['late']).start(); print('early')",
    "its own module": "import __main__; print(__name__, __main__.__dict__ is globals())",
    "the time of its place": "import time; print(time.localtime(0).tm_hour)",
    "an answer that nobody can take": "import os; os.close(1); os.open('/dev/full', os.O_WRONLY); print('lost')",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_it_ends_as_python_does(program):
    def ended(line):
        env = {**os.environ, "TZ": "Asia/Shanghai"}
        run = subprocess.run(line, env=env, capture_output=True, text=True, timeout=60, check=False)
        return run.returncode, run.stdout, run.stderr.splitlines()[-1:]

    assert ended(python("-c", program)) == ended([sys.executable, "-c", program])


def test_it_ends_with_who_stands_for_it():
    waiting = python("-c", "import os, time; print(os.getpid(), flush=True); time.sleep(100)")
    with subprocess.Popen(waiting, stdout=subprocess.PIPE, text=True) as process:
        number = int(process.stdout.readline())
        assert number != process.pid
        process.kill()
    until = time.monotonic() + 20
    while lives(number):
        assert time.monotonic() < until
        time.sleep(0.01)


def lives(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_signals_reach_it():
    waiting = python("-c", "import time; print('here', flush=True); time.sleep(100)")
    with subprocess.Popen(waiting, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.terminate()
        assert process.wait(20) == -signal.SIGTERM
