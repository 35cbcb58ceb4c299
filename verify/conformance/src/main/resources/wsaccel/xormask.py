# SPDX-License-Identifier: Apache-2.0
"""Masking with a loop of Java."""
from array import array

from java.lang import Class

octets = Class.forName('io.plywire.conformance.suite.Octets')  # Python has a package io of its own


class XorMaskerNull(object):
    """Leaves what is not masked as it is."""

    def __init__(self, mask=None):
        self.reset()

    def reset(self):
        self.count = 0

    def pointer(self):
        return self.count

    def process(self, data):
        self.count += len(data)
        return data


class XorMasker(XorMaskerNull):
    def __init__(self, mask):
        XorMaskerNull.__init__(self)
        self.key = array('b', mask)

    def process(self, data):
        masked = array('b', data)
        octets.mask(masked, self.key, self.count)
        self.count += len(masked)
        return masked.tostring()


def createXorMasker(mask, length=None):
    return XorMasker(mask)
