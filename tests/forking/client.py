"""Stands for a process that the server forks: lends it files, folder and environment, hands on signals, ends as it.

It loads as little as it can, for it is started each time.
"""

import json
import os
import signal
import socket
import sys

HANDED_ON = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)


def main(address: str, args: list[str]) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDED_ON)  # until it is known to whom they go
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(address)
        # A write of its own for the files, lest the order be cut in two.
        socket.send_fds(server, [b"."], [0, 1, 2])
        order = [args, os.getcwd(), dict(os.environ)]  # noqa: PTH109 - loading pathlib takes as long as all the rest
        server.sendall(json.dumps(order).encode() + b"\n")
        told = server.makefile("rb")
        process = int(told.readline())
        for number in HANDED_ON:
            signal.signal(number, lambda number, _: os.kill(process, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDED_ON)
        code = int(told.readline())
    if code < 0:
        if -code in HANDED_ON:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
