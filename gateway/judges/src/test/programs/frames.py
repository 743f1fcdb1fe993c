"""The protocol of the judges: a length of four octets and a message in, a length and lines of what is shown out."""

import base64
import struct
import sys


def encoded(value):
    octets = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
    return base64.b64encode(octets).decode("ascii") or "="


class Shown:
    def __init__(self):
        self.lines = []

    def field(self, name, value):
        self.lines.append("F %s %s" % (encoded(name), encoded(value)))

    def author(self, address):
        self.lines.append("A %s" % encoded(address))

    def date(self, seconds):
        self.lines.append("D %s" % encoded(int(seconds)))

    def part(self, media_type, content, *names):
        label = encoded(" ".join(str(name) for name in names if name))
        self.lines.append("P %s %s %s" % (encoded(media_type), encoded(content), label))

    def failure(self, cause):
        self.lines.append("E %s" % encoded(cause))


def serve(read):
    """Answers each message with what read(octets, shown) shows of it, until the input ends."""
    out = sys.stdout.buffer
    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return
        octets = sys.stdin.buffer.read(struct.unpack(">I", head)[0])
        shown = Shown()
        try:
            read(octets, shown)
        except Exception as e:
            shown.failure("%s: %s" % (type(e).__name__, e))
        answer = "\n".join(shown.lines).encode("ascii")
        out.write(struct.pack(">I", len(answer)) + answer)
        out.flush()
