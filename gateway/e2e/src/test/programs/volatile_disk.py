"""A file system in memory that may lose at a power cut whatever was not forced.

Usage: volatile_disk.py MOUNT-POINT. Removing the file "cut" in its root is the power cut: each file has the octets of
its last fsync again. At each second cut or so, half of the pages written since are there, as what is not forced comes
to a disk in any order. Names, modes and folders are kept, as a file system with a journal keeps them.
"""

import errno
import random
import stat
import sys
import time

from fusepy import FUSE, FuseOSError, Operations

PAGE = 4096


class Node:
    def __init__(self, mode):
        self.mode = mode
        self.now = bytearray()
        self.forced = bytearray()
        self.dirty = []

    def write(self, data, offset):
        end = offset + len(data)
        if len(self.now) < end:
            self.now.extend(bytes(end - len(self.now)))
        self.now[offset:end] = data
        self.dirty.append((offset, end))

    def truncate(self, length):
        if length < len(self.now):
            del self.now[length:]
        else:
            self.now.extend(bytes(length - len(self.now)))
        self.dirty.append((0, length))

    def force(self):
        if len(self.forced) > len(self.now):
            del self.forced[len(self.now):]
        self.forced.extend(bytes(len(self.now) - len(self.forced)))
        for start, end in self.dirty:
            self.forced[start:end] = self.now[start:end]
        self.dirty = []

    def cut(self, share):
        for start, end in self.dirty:
            for page in range(start - start % PAGE, end, PAGE):
                if random.random() < share:
                    self.bring(max(page, start), min(page + PAGE, end))
        self.now = bytearray(self.forced)
        self.dirty = []

    def bring(self, start, end):
        octets = self.now[start:end]
        self.forced.extend(bytes(max(0, start + len(octets) - len(self.forced))))
        self.forced[start:start + len(octets)] = octets


class VolatileDisk(Operations):
    def __init__(self):
        self.nodes = {"/": Node(stat.S_IFDIR | 0o755)}
        self.opened = {}
        self.handles = 0

    def node(self, path):
        if path not in self.nodes:
            raise FuseOSError(errno.ENOENT)
        return self.nodes[path]

    def of(self, path, handle):
        return self.opened.get(handle) or self.node(path)

    def open(self, path, flags):
        self.handles += 1
        self.opened[self.handles] = self.node(path)
        return self.handles

    def create(self, path, mode, fi=None):
        self.nodes[path] = Node(stat.S_IFREG | stat.S_IMODE(mode))
        return self.open(path, 0)

    def release(self, path, fh):
        self.opened.pop(fh, None)
        return 0

    def getattr(self, path, fh=None):
        if path == "/cut":
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": 0}
        node = self.of(path, fh)
        return {
            "st_mode": node.mode,
            "st_nlink": 1,
            "st_size": len(node.now),
            "st_mtime": time.time(),
        }

    def readdir(self, path, fh):
        start = path.rstrip("/") + "/"
        names = [name[len(start):] for name in self.nodes if name.startswith(start) and name != "/"]
        return [".", ".."] + [name for name in names if "/" not in name]

    def read(self, path, size, offset, fh):
        return bytes(self.of(path, fh).now[offset:offset + size])

    def write(self, path, data, offset, fh):
        self.of(path, fh).write(data, offset)
        return len(data)

    def truncate(self, path, length, fh=None):
        self.of(path, fh).truncate(length)

    def fsync(self, path, datasync, fh):
        self.of(path, fh).force()
        return 0

    def mkdir(self, path, mode):
        self.nodes[path] = Node(stat.S_IFDIR | stat.S_IMODE(mode))

    def chmod(self, path, mode):
        node = self.node(path)
        node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        return 0

    def chown(self, path, uid, gid):
        return 0

    def utimens(self, path, times=None):
        return 0

    def rename(self, old, new):
        moved = [name for name in self.nodes if name == old or name.startswith(old + "/")]
        for name in moved:
            self.nodes[new + name[len(old):]] = self.nodes.pop(name)

    def unlink(self, path):
        if path == "/cut":
            share = random.choice((0, 0.5))
            for node in list(self.nodes.values()) + list(self.opened.values()):
                node.cut(share)
        else:
            self.node(path)
            del self.nodes[path]

    rmdir = unlink


FUSE(
    VolatileDisk(),
    sys.argv[1],
    foreground=True,
    nothreads=True,
    attr_timeout=0,
    entry_timeout=0,
    negative_timeout=0,
    max_read=1 << 17,
    big_writes=True,
)
