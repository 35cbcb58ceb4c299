# SPDX-License-Identifier: Apache-2.0
"""Checking UTF-8 with the decoder of Java."""
from array import array

from java.nio import ByteBuffer, CharBuffer
from java.nio.charset import StandardCharsets


class Utf8Validator(object):
    def __init__(self):
        self.reset()

    def reset(self):
        self.decoder = StandardCharsets.UTF_8.newDecoder()
        self.begun = ''  # the octets of a character whose last one is still to come
        self.total = 0

    def validate(self, data):
        """Returns whether it is valid so far, whether it ends with a whole character, and how many
        octets of this call and of all calls were looked at."""
        octets = ByteBuffer.wrap(array('b', self.begun + data))
        result = self.decoder.decode(octets, CharBuffer.allocate(octets.remaining()), False)
        good = max(0, octets.position() - len(self.begun))
        if result.isError():
            return False, False, good, self.total + good
        rest = octets.remaining()
        self.begun = (self.begun + data)[-rest:] if rest else ''
        self.total += len(data)
        return True, not rest, len(data), self.total
