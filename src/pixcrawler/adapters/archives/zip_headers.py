"""The headers of a zip: APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16."""

import struct

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")

STORED, DEFLATED = 0, 8

TOO_LARGE = 0xFFFFFFFF
TOO_MANY = 0xFFFF
"""What stands for a number that is in a Zip64 field."""
