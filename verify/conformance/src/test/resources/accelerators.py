# SPDX-License-Identifier: Apache-2.0
"""Compares our accelerators with the code of the suite that they stand in for."""
import random
import sys

from itertools import product

from java.lang import Class
from wsaccel.utf8validator import Utf8Validator
from wsaccel.xormask import XorMaskerNull, createXorMasker

sys.modules['wsaccel'] = None  # whoever imports it from now on finds none, and falls back


def of_the_suite(name):
    loader = Class.forName('org.python.util.jython').getClassLoader()
    stream = loader.getResourceAsStream('autobahn/%s.py' % name)
    text = ''.join(chr(octet & 255) for octet in stream.readAllBytes())
    names = {'__name__': name}
    exec text in names
    return names


slow = of_the_suite('utf8validator')['Utf8Validator']
assert slow is not Utf8Validator


def accepted(validator, parts):
    """Returns whether it takes the parts as one text, and how many octets it has looked at."""
    for part in parts:
        valid, whole, _, total = validator.validate(part)
        if not valid:
            return False, None
    return whole, total


def check_text(parts):
    ours, theirs = accepted(Utf8Validator(), parts), accepted(slow(), parts)
    if not (ours[0] == theirs[0] and (ours == theirs or not ours[0])):
        sys.exit('%r: %r, but the suite has %r' % (parts, ours, theirs))


seed = int(sys.argv[1])
chance = random.Random(seed)
edges = [chr(i) for i in (0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
                          0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff)]
count = 0
for length in 1, 2, 3:
    for octets in product(edges, repeat=length):
        check_text([''.join(octets)])
        check_text(octets)
        count += 2
for octets in product(edges[19:24], edges[3:12], edges[3:12], edges[3:12]):
    check_text([''.join(octets)])
    check_text(octets)
    count += 2
text = u'x\u00e9\u0939\U0001f600\u0000\uffff\ud7ff\ue000'.encode('utf-8')
for first in range(len(text) + 1):
    for second in range(first, len(text) + 1):
        check_text([text[:first], text[first:second], text[second:]])
        count += 1

masks = of_the_suite('xormasker')
for _ in range(300):
    key = ''.join(chr(chance.randrange(256)) for _ in range(4))
    size = chance.choice([0, 1, 3, 4, 5, 127, 128, 1000])
    ours, theirs = createXorMasker(key, size), masks['createXorMasker'](key, size)
    for _ in range(3):
        part = ''.join(chr(chance.randrange(256)) for _ in range(size))
        expected = theirs.process(part)
        assert ours.process(part) == expected, (seed, key, part)
        assert ours.pointer() == theirs.pointer(), (seed, key, part)
        count += 1
plain = XorMaskerNull()
assert plain.process('abc') == 'abc' and plain.pointer() == 3
print 'same in %d checks' % count
