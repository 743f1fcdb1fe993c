# Reads field bodies, one a line in base64, and prints what Python shows of a Subject with each, as texts in base64.
import base64
import sys
from email import message_from_bytes, policy
from email.header import decode_header, make_header


def joined(text):
    return "".join(
        part if isinstance(part, str) else part.decode(charset or "latin-1", "replace")
        for part, charset in decode_header(text)
    )


for line in sys.stdin:
    message = b"Subject: " + base64.b64decode(line) + b"\r\n\r\n"
    shown = []
    for read in (
        lambda: str(message_from_bytes(message, policy=policy.default)["subject"]),
        lambda: str(make_header(decode_header(message_from_bytes(message)["subject"]))),
        lambda: joined(message_from_bytes(message)["subject"]),
    ):
        try:
            shown.append(base64.b64encode(read().encode("utf-8", "replace")).decode())
        except Exception:
            pass
    print(" ".join(shown), flush=True)
