"""The smallest files that pass for what they are."""

import struct

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"x" * 200
AMR = b"#!AMR\n" + (b"\x04" + b"a" * 12) * 250
MP4 = struct.pack(">I", 16) + b"ftypisom" + b"\0" * 4 + b"\0\0\0\x6cmvhd" + b"\0" * 4
MP4 += struct.pack(">IIII", 0, 0, 1000, 10_000) + b"x" * 40
FILE = b"0123456789"
