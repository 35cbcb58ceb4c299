# SPDX-License-Identifier: Apache-2.0
"""One run of the Autobahn test suite, on Jython.

    client OUTDIR AGENT PATIENCE PATTERNS URL     tests the server at the URL; or several, one after the
                                                  other, given as NAME=URL,NAME=URL in place of AGENT
    server OUTDIR AGENT PATIENCE PATTERNS HOST    tests a client, on a port of the system's choice

AGENT is the name of what is tested, PATIENCE multiplies the deadlines of the suite, PATTERNS are
case ids such as 1.*,9.1.1.

Standard output carries what the starter wants to know, one line each:

    @cases N           how many cases will run
    @listening PORT    the server takes connections now
    @begin CASE        a case has begun
    @end CASE          a case is over and has its verdict
    @done              the reports are written

Everything else that is printed is for people. The run ends when standard input does, so that it
never outlives its starter.
"""
import _socket
import errno
import sys
import threading

import autobahntestsuite  # this one first: it chooses the reactor of Twisted
from autobahntestsuite import fuzzing
from java.lang import Runtime, System
from twisted.internet import reactor


def tell(*words):
    sys.__stdout__.write('@%s\n' % ' '.join(str(word) for word in words))
    sys.__stdout__.flush()


def end_with_standard_input():
    sys.stdin.read()
    Runtime.getRuntime().halt(3)


# ---- what the suite needs to survive on Jython

plain_send = _socket._realsocket.send


def send_that_notices_the_end(self, data, flags=0):
    """Lets a write to a closed connection fail, once all that arrived before has been read.

    Jython says instead that 0 bytes were sent, as if the buffers were full. Twisted then waits for
    room for ever, and the case never ends.
    """
    sent = plain_send(self, data, flags)
    if sent or not len(data) or not self.channel_closed:
        return sent
    head = self.incoming_head
    left = (self.incoming.size(), head.readableBytes() if hasattr(head, 'readableBytes') else 0)
    before, self.left_at_last_send = getattr(self, 'left_at_last_send', None), left
    if left != before:
        return 0  # what arrived is still being read; Twisted will try again
    raise _socket.error(errno.EPIPE, 'the peer has closed the connection')


_socket._realsocket.send = send_that_notices_the_end

plain_connection_lost = fuzzing.FuzzingProtocol.connectionLost


def connection_lost(self, reason):
    """Leaves out the result of a case that lost its connection before it began.

    Its verdict would be asked of a case that knows nothing yet, and the error would keep the next
    case from starting. The case is then missing in the report, which the starter notices.
    """
    if self.runCase and not self.caseStart:
        sys.stderr.write('case %s: no opening handshake: %s\n' % (
            self.factory.CaseSet.caseClasstoId(self.Case), self.wasNotCleanReason or reason))
        self.runCase = None
    plain_connection_lost(self, reason)


fuzzing.FuzzingProtocol.connectionLost = connection_lost


def printable(value):
    """Returns a value with strings that are no UTF-8 in hex: JSON cannot hold them."""
    if isinstance(value, dict):
        return dict((key, printable(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [printable(item) for item in value]
    if isinstance(value, str):
        try:
            value.decode('utf-8')
        except UnicodeDecodeError:
            return '0x' + value.encode('hex')
    return value


# The clock of Jython ticks in milliseconds. The suite waits 10 microseconds between the pieces of a
# frame that it sends in many, which would take a hundred times as long.
reactor.seconds = lambda: System.nanoTime() * 1e-9


def after_reading(name):
    """Lets what happens when a time is up wait until all is read that had arrived by then.

    After a pause of the machine, Twisted would run what is due before it looks at the sockets, and
    a case would miss an answer that came in time.
    """
    plain = getattr(fuzzing.FuzzingProtocol, name)
    setattr(fuzzing.FuzzingProtocol, name,
            lambda self, *args: reactor.callLater(0, plain, self, *args))


after_reading('executeContinueLater')
after_reading('executeKillAfter')
after_reading('executeCloseAfter')


# ---- the two roles

class Reporting(object):
    """What both factories of the suite do besides."""

    def noteBegin(self, protocol):
        if protocol.runCase:
            tell('begin', self.CaseSet.caseClasstoId(protocol.Case))

    def logCase(self, results):
        super(Reporting, self).logCase(printable(results))
        tell('end', results['id'])

    def createReports(self):
        super(Reporting, self).createReports()
        tell('done')


class Client(Reporting, fuzzing.FuzzingClientFactory, object):
    def buildProtocol(self, address):
        protocol = fuzzing.FuzzingClientFactory.buildProtocol(self, address)
        self.noteBegin(protocol)
        return protocol


class ServerProtocol(fuzzing.FuzzingServerProtocol):
    def onConnect(self, request):
        answer = fuzzing.FuzzingServerProtocol.onConnect(self, request)
        self.factory.noteBegin(self)
        return answer

    def connectionLost(self, reason):
        fuzzing.FuzzingServerProtocol.connectionLost(self, reason)
        if getattr(self, 'path', None) == '/updateReports':
            reactor.stop()


class Server(Reporting, fuzzing.FuzzingServerFactory, object):
    protocol = ServerProtocol


def be_patient(factor):
    """Multiplies the times after which the suite gives a case up; one that goes well never waits
    for them."""
    protocol = fuzzing.FuzzingProtocol
    kill_after, close_after = protocol.killAfter, protocol.closeAfter
    protocol.killAfter = lambda self, delay: kill_after(self, delay * factor)
    protocol.closeAfter = lambda self, delay: close_after(self, delay * factor)
    return {
        'openHandshakeTimeout': 5 * factor,
        'closeHandshakeTimeout': 1 * factor,
    }


def run():
    role, outdir, agent, patience, patterns, where = sys.argv[1:]
    factor = int(patience)
    options = be_patient(factor)
    options['failByDrop'] = False  # a violation is answered with a close frame
    spec = {
        'outdir': outdir,
        'cases': patterns.split(','),
        'exclude-cases': [],
        'exclude-agent-cases': {},
        'options': options,
    }
    watch = threading.Thread(target=end_with_standard_input)
    watch.setDaemon(True)
    watch.start()
    if role == 'client':
        options['serverConnectionDropTimeout'] = 1 * factor
        servers = [each.split('=') for each in where.split(',')] if '=' in where else [(agent, where)]
        spec['servers'] = [{'agent': name, 'url': url, 'options': {'version': 18}} for name, url in servers]
        factory = Client(spec)  # connects as soon as the reactor runs
        tell('cases', len(factory.specCases) * len(servers))
    else:
        spec['url'] = 'ws://%s:1' % where  # corrected below
        factory = Server(spec)
        port = reactor.listenTCP(0, factory, interface=where).getHost().port
        factory.setSessionParameters(url='ws://%s:%d' % (where, port), server=factory.server)
        tell('cases', len(factory.specCases))
        tell('listening', port)
    reactor.run()
