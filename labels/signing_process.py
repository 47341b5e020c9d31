"""A process that signs item codes and knows nothing else: a script that `signing` starts, with few imports.

It reads a 32-byte seed, a length byte and what all messages begin with, then requests (first item, how many); it
answers each with that many signatures of 64 bytes. It ends when its input does, so none is ever left behind.
"""

import signal
import struct
import sys

REQUEST = struct.Struct(">LL")


def main() -> None:
    """Serve until the input ends."""
    # Where Ctrl-C reaches every process of a console: the one that asks decides what becomes of this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    asked, answer = sys.stdin.buffer, sys.stdout.buffer
    sign = Ed25519PrivateKey.from_private_bytes(asked.read(32)).sign
    stem = asked.read(asked.read(1)[0])
    while len(request := asked.read(REQUEST.size)) == REQUEST.size:
        first, count = REQUEST.unpack(request)
        answer.write(b"".join([sign(b"%b%06d" % (stem, item)) for item in range(first, first + count)]))
        answer.flush()


if __name__ == "__main__":
    main()
