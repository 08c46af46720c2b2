"""A small disk in memory that only this program and its children see, so that it goes with them."""

import contextlib
import ctypes
import functools
import os
import pathlib
import subprocess

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000


@contextlib.contextmanager
def small_disk(directory, size):
    """Mounts an empty file system of `size` bytes there."""
    own_mounts()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)
        directory.rmdir()


@functools.cache
def own_mounts():
    """From here on what this program mounts is its own. Who is not root becomes root of a user namespace first."""
    user, group, is_root = os.geteuid(), os.getegid(), os.geteuid() == 0
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS | (0 if is_root else CLONE_NEWUSER)) != 0:
        raise SystemExit(f"a mount namespace of our own: {os.strerror(ctypes.get_errno())}")
    if not is_root:
        for name, value in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            pathlib.Path(f"/proc/self/{name}").write_text(value)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
