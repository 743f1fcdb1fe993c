"""Reads messages with Dovecot's IMAP server, which runs beside it over a mailbox in the folder that is named."""

import imaplib
import os
import re
import shutil
import sys

from frames import serve

home = sys.argv[1]
configuration = os.path.join(home, "dovecot.conf")
# Dovecot reads no mail as root.
owner, group = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
for name in ("run", "mail"):
    # The message that the program before this one broke off at may still lie there.
    shutil.rmtree(os.path.join(home, name), ignore_errors=True)
    os.makedirs(os.path.join(home, name))
if os.getuid() == 0:
    os.chmod(home, 0o755)
    os.chown(os.path.join(home, "mail"), owner, group)
with open(configuration, "w") as file:
    file.write(
        "dovecot_config_version = 2.4.0\n"
        "dovecot_storage_version = 2.4.0\n"
        "protocols = imap\n"
        "base_dir = %s/run\n"
        "state_dir = %s/run\n"
        "mail_driver = maildir\n"
        "mail_path = %s/mail\n"
        "mail_home = %s/mail\n"
        "mail_uid = %d\n"
        "mail_gid = %d\n"
        "first_valid_uid = 1\n"
        "first_valid_gid = 1\n"
        "mail_fsync = never\n"
        "import_environment {\n  USER = judge\n}\n" % (home, home, home, home, owner, group)
    )
os.environ["USER"] = "judge"
server = imaplib.IMAP4_stream("exec /usr/lib/dovecot/imap -c %s 2> %s/errors" % (configuration, home))
server.select("INBOX")


def parsed(text):
    """The lists of an IMAP answer, strings as text and NIL as None."""
    stack, at = [[]], 0
    token = re.compile(rb'\s*(\(|\)|"((?:[^"\\]|\\.)*)"|[^\s()"]+)', re.S)
    while True:
        found = token.match(text, at)
        if not found or (found.group(1) == b")" and len(stack) == 1):
            return stack[0]
        at = found.end()
        word = found.group(1)
        if word == b"(":
            stack.append([])
        elif word == b")":
            done = stack.pop()
            stack[-1].append(done)
        elif word.startswith(b'"'):
            stack[-1].append(found.group(2).decode("latin-1"))
        else:
            stack[-1].append(None if word == b"NIL" else word.decode("latin-1"))


def leaves(structure, path):
    if structure and isinstance(structure[0], list):
        for index, child in enumerate(each for each in structure if isinstance(each, list) and is_body(each)):
            yield from leaves(child, path + [index + 1])
    else:
        yield "/".join(structure[:2]).lower(), path or [1], names(structure)


def names(leaf):
    # Parameters, the description, and the list of the disposition, which stands behind the MD5.
    found = list(leaf[2] or []) + [leaf[4]]
    for each in leaf[7:]:
        if isinstance(each, list) and len(each) == 2 and isinstance(each[1], list):
            found += each[1]
    return [each for each in found if isinstance(each, str)]


def is_body(value):
    # The third of a leaf's fields are its parameters, which are a list themselves; a list of parameters holds text alone.
    return bool(value) and (isinstance(value[0], list) or (len(value) > 6 and not isinstance(value[2], str)))


def listed(what):
    # A literal within the answer is put in its place as a quoted string.
    _, data = server.fetch("1", "(%s)" % what)
    text = b""
    for item in data:
        if isinstance(item, tuple):
            quoted = item[1].replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            text += re.sub(rb"\{\d+\}$", b"", item[0]) + b'"' + quoted + b'"'
        elif item is not None:
            text += item
    return parsed(text[text.index(what.encode("ascii")) + len(what):])[0]


def fetched(what):
    _, data = server.fetch("1", "(%s)" % what)
    for item in data:
        if isinstance(item, tuple):
            return item[1]
        quoted = re.search(rb'"((?:[^"\\]|\\.)*)"\)$', item or b"")
        if quoted:
            return re.sub(rb"\\(.)", rb"\1", quoted.group(1))
    return None


def read(octets, shown):
    server.append("INBOX", None, None, octets)
    server.noop()
    try:
        header = fetched("BODY.PEEK[HEADER]") or b""
        for field in re.split(rb"\r?\n(?![ \t])", header):
            name, colon, value = field.partition(b":")
            if colon:
                shown.field(name.rstrip(), re.sub(rb"\r?\n", b"", value).strip())
        for _, _, mailbox, host in listed("ENVELOPE")[2] or []:
            if host:
                shown.author("%s@%s" % (mailbox, host))
        for media_type, path, label in leaves(listed("BODYSTRUCTURE"), []):
            section = ".".join(map(str, path))
            content = fetched("BINARY.PEEK[%s]" % section)
            if content is None:
                content = fetched("BODY.PEEK[%s]" % section)
            shown.part(media_type, content or b"", *label)
    finally:
        server.store("1", "+FLAGS.SILENT", "(\\Deleted)")
        server.expunge()


def read_or_die(octets, shown):
    # A session that broke off reads nothing more, and a new program begins a new one.
    try:
        read(octets, shown)
    except imaplib.IMAP4.error:
        os._exit(1)


serve(read_or_die)
