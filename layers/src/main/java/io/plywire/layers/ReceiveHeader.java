// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.layers.internal.StepOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The server's side: waits for the first byte, then reads a header. */
final class ReceiveHeader extends StepOperation {
  private final TrustedPeers trusted;
  private final boolean passesUntrusted;
  private final Duration timeout;

  private final HeaderReader reader;
  private boolean waited; // or about to, for the first byte

  ReceiveHeader(
      AsyncStream next,
      TrustedPeers trusted,
      boolean passesUntrusted,
      int headerMax,
      Duration timeout,
      Handler<? super AsyncStream> handler) {
    super(next, handler);
    this.trusted = trusted;
    this.passesUntrusted = passesUntrusted;
    this.timeout = timeout;
    this.reader = new HeaderReader(headerMax);
  }

  @Override
  protected void start() {
    PeerAddress addresses = next.layer(PeerAddress.class);
    SocketAddress peer = addresses == null ? null : addresses.remoteAddress();
    if (trusted.trusts(peer)) {
      limit(timeout);
      goOn();
    } else if (passesUntrusted) {
      succeed(next);
    } else {
      fail(
          new StreamException(
              StreamError.HANDSHAKE,
              "the peer "
                  + ProxyHeader.show(peer)
                  + " is none that a PROXY header is taken from ("
                  + trusted
                  + "): "
                  + next));
    }
  }

  @Override
  protected void advance() {
    if (!waited) {
      waited = true;
      next.asyncWait(WaitType.READ, this);
      return;
    }
    try {
      ByteBuffer room = reader.room();
      if (room.hasRemaining()) {
        next.asyncReadSome(room, this);
      } else {
        succeed(new ProxiedStream(next, reader.header()));
      }
    } catch (BadHeader e) {
      fail(
          new StreamException(
              StreamError.PROTOCOL, "no PROXY header: " + e.getMessage() + ": " + next));
    }
  }

  @Override
  protected IOException failed(IOException error) {
    return error instanceof StreamException known && known.error() == StreamError.EOF
        ? new StreamException(
            StreamError.EOF,
            "the peer ended after " + reader.size() + " bytes of a PROXY header: " + next,
            error)
        : error;
  }

  @Override
  protected StreamException timedOut(Duration time) {
    return new StreamException(
        StreamError.TIMEOUT,
        "the peer sent "
            + reader.size()
            + " bytes of a PROXY header within "
            + Durations.text(time)
            + ": "
            + next);
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, "reading a PROXY header was cancelled, the stream is closed: " + next);
  }

  @Override
  public String toString() {
    return "the reading of a PROXY header from " + next;
  }
}
