"""Files for tests of attachments, made here byte by byte: good ones and hostile ones."""

import os
import struct
import subprocess
import zlib
from pathlib import Path


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width=64, height=48, seed=0, claimed=None):
    """A picture of stripes; `claimed` puts another size into its header."""
    w, h = claimed or (width, height)
    rows = b"".join(
        b"\0" + bytes(v & 255 for x in range(width) for v in (x * 7 + seed * 31, y * 5 + seed * 17, (x ^ y) + seed)) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def jpeg(seed=0):
    """A photograph's bytes: the thumbnail that media-worker makes."""
    worker = Path(os.environ["SINERGI_BINARIES"]) / "media-worker"
    made = subprocess.run([worker, "image/png", "1", "1000000", "4096", "320"], input=png(200, 150, seed), stdout=subprocess.PIPE, check=True)
    line, _, rest = made.stdout.partition(b"\n")
    return rest[int(line.split()[3]):]


def with_exif(photo, orientation=6):
    """The same with EXIF: 20 November 2026, 15:40, at 1°04'15" south, 116°41'24" east."""
    def entry(tag, kind, count, value):
        return struct.pack(">HHII", tag, kind, count, value)

    tiff = b"MM\0*" + struct.pack(">I", 8)
    tiff += struct.pack(">H", 3) + entry(0x0112, 3, 1, orientation << 16) + entry(0x8769, 4, 1, 50) + entry(0x8825, 4, 1, 68) + bytes(4)
    tiff += struct.pack(">H", 1) + entry(0x9003, 2, 20, 122) + bytes(4)
    tiff += struct.pack(">H", 4) + entry(1, 2, 2, 0x53000000) + entry(2, 5, 3, 142) + entry(3, 2, 2, 0x45000000) + entry(4, 5, 3, 166) + bytes(4)
    tiff += b"2026:11:20 15:40:00\0" + struct.pack(">6I", 1, 1, 4, 1, 15, 1) + struct.pack(">6I", 116, 1, 41, 1, 24, 1)
    body = b"Exif\0\0" + tiff
    return photo[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + photo[2:]


def box(name, data):
    return struct.pack(">I", len(data) + 8) + name + data


def film(size=5000):
    return box(b"ftyp", b"isom" + bytes(12)) + box(b"moov", bytes(300)) + box(b"mdat", bytes(size))


ARCHIVE = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)
