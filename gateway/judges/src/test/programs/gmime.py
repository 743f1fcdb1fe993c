"""Reads messages with GMime, the library of Balsa, Notmuch, Pan and others."""

import gi

gi.require_version("GMime", "3.0")
from gi.repository import GLib, GMime  # noqa: E402

from frames import serve  # noqa: E402

GMime.init()


def content(part):
    if isinstance(part, GMime.TextPart):
        text = part.get_text()
        if text is not None:
            return text
    wrapper = part.get_content()
    if wrapper is None:
        return b""
    stream = GMime.StreamMem.new()
    wrapper.write_to_stream(stream)
    return bytes(stream.get_byte_array())


def show(entity, shown):
    if isinstance(entity, GMime.Multipart):
        for index in range(entity.get_count()):
            show(entity.get_part(index), shown)
    elif isinstance(entity, GMime.MessagePart):
        inner = entity.get_message()
        shown.part("message/rfc822", "")
        if inner is not None and inner.get_mime_part() is not None:
            show(inner.get_mime_part(), shown)
    elif isinstance(entity, GMime.Part):
        names = (entity.get_filename(), entity.get_content_description())
        shown.part(entity.get_content_type().get_mime_type().lower(), content(entity), *names)


def read(octets, shown):
    parser = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(octets))
    message = parser.construct_message(None)
    headers = message.get_header_list()
    for index in range(headers.get_count()):
        header = headers.get_header_at(index)
        shown.field(header.get_name(), header.get_value() or "")
    authors = message.get_from()
    for index in range(authors.length()):
        address = authors.get_address(index)
        if isinstance(address, GMime.InternetAddressMailbox if hasattr(GMime, "InternetAddressMailbox") else object):
            shown.author(getattr(address, "get_addr", lambda: "")() or "")
    date = message.get_date()
    if date is not None:
        shown.date(date.to_unix())
    if message.get_mime_part() is not None:
        show(message.get_mime_part(), shown)


serve(read)
