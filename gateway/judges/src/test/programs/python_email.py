"""Reads messages with Python's email package under the policy that is named: default or compat32."""

import email
import email.policy
import email.utils
import sys

from frames import serve

policy = getattr(email.policy, sys.argv[1])


def read(octets, shown):
    message = email.message_from_bytes(octets, policy=policy)
    for name, value in message.items():
        shown.field(name, value)
    for _, address in email.utils.getaddresses([str(value) for value in message.get_all("From", [])]):
        shown.author(address)
    date = email.utils.parsedate_tz(str(message.get("Date", "")))
    if date is not None:
        shown.date(email.utils.mktime_tz(date))
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if policy is email.policy.default:
            try:
                content = part.get_content()
            except (KeyError, LookupError):
                pass
        names = (part.get_filename(), part.get_param("name"), part["Content-Description"])
        shown.part(part.get_content_type(), content if content is not None else "", *names)


serve(read)
