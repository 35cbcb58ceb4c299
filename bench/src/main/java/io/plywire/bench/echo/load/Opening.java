// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Upgrade;
import io.plywire.bench.echo.wire.Wire;
import io.plywire.bench.echo.wire.Wires;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection until its upgrade is answered. */
final class Opening implements Closeable {
  private static final int MAX_ANSWER_BYTES = 4096;

  final SocketChannel channel;
  final Wire wire;
  private final int port;
  private boolean asked;
  private boolean done;
  private String answer = "";

  /** Begins on a channel that is connected; nothing was said yet. */
  Opening(SocketChannel channel, Wires wires, int port) throws IOException {
    this.channel = channel;
    this.port = port;
    wire = wires.client(channel, port);
  }

  /**
   * Does what is next: says the first word, then whatever follows from what can be read.
   *
   * @param memory to read into
   * @return whether it is upgraded
   */
  boolean advance(ByteBuffer memory) throws IOException {
    if (!asked) {
      if (wire.handshake()) {
        ask();
        asked = true;
      }
      return false;
    }
    if (wire.read(memory.clear()) < 0) {
      throw new EOFException("the server ended the connection instead of upgrading it");
    }
    answer += StandardCharsets.ISO_8859_1.decode(memory.flip());
    if (answer.length() > MAX_ANSWER_BYTES) {
      throw new IOException("the server's answer is longer than " + MAX_ANSWER_BYTES + " bytes");
    }
    done = Upgrade.isAgreed(answer);
    return done;
  }

  /** Returns whether it is upgraded. */
  boolean isDone() {
    return done;
  }

  private void ask() throws IOException {
    ByteBuffer request = ByteBuffer.wrap(Upgrade.request(port));
    wire.write(request); // a fresh socket takes so little at once
    if (request.hasRemaining() || !wire.flush()) {
      throw new IOException("the request did not fit the socket's buffer");
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
