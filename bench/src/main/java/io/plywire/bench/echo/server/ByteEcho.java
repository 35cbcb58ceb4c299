// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes back as they come: what sockets and a selector cost alone. It looks at frames only to
 * put the server's header in place of the client's; the payload stays masked, and a message goes
 * back before it is complete.
 */
final class ByteEcho implements SelectorServer.Stage {
  private final Wire wire;
  private final SelectionKey key;
  private final Block.Pool pool;

  private final byte[] cut = new byte[Frames.MAX_HEADER_BYTES]; // a header whose rest is to come
  private int cutBytes;
  private long payloadLeft; // of the frame that is coming
  private @Nullable Block unsent;
  private boolean sending; // until the socket takes more

  ByteEcho(Wire wire, SelectionKey key, Block.Pool pool) {
    this.wire = wire;
    this.key = key;
    this.pool = pool;
  }

  @Override
  public void ready() throws IOException {
    if (sending) {
      if (send()) {
        sending = false;
        key.interestOps(SelectionKey.OP_READ);
      }
      return;
    }
    Block block = pool.take(Block.BYTES);
    ByteBuffer in = block.bytes;
    in.put(cut, 0, cutBytes);
    if (wire.read(in) < 0) {
      pool.giveBack(block);
      wire.close();
      return;
    }
    replaceHeaders(block, in.position());
    unsent = block;
    if (!send()) {
      sending = true;
      key.interestOps(SelectionKey.OP_WRITE);
    }
  }

  private boolean send() throws IOException {
    Block block = unsent;
    if (block != null) {
      if (!block.write(wire)) {
        return false;
      }
      unsent = null;
      pool.giveBack(block);
    }
    return wire.flush();
  }

  private void replaceHeaders(Block block, int end) throws IOException {
    ByteBuffer in = block.bytes;
    int at = (int) Math.min(payloadLeft, end);
    if (at > 0) {
      block.append(0, at);
      payloadLeft -= at;
    }
    int header;
    while ((header = Frames.headerBytes(in, at, end)) > 0) {
      long payload = Frames.payloadBytes(in, at);
      Frames.replaceHeader(in, at, header);
      int here = (int) Math.min(payload, end - at - header);
      block.append(at + Frames.MASKING_KEY_BYTES, at + header + here);
      payloadLeft = payload - here;
      at += header + here;
    }
    cutBytes = end - at;
    in.get(at, cut, 0, cutBytes);
  }
}
