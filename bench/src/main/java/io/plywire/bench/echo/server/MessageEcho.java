// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Wire;
import io.plywire.bench.echo.wire.Wires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages back: the least WebSocket that works. It reads frames, unmasks each in place while
 * it comes, and when it is whole writes it with the server's header from where it lies.
 */
final class MessageEcho implements SelectorServer.Stage {
  private final Wire wire;
  private final SelectionKey key;
  private final Block.Pool pool;

  private @Nullable Block held; // with the beginning of a frame, or with what is not sent yet
  private boolean sending;
  private int tail; // where the bytes behind the last whole frame begin
  private int end; // and where they end
  private int unmasked; // bytes of the payload of the frame that is coming
  private int expected = Block.BYTES; // what the last one took that did not fit, with room to read

  MessageEcho(Wire wire, SelectionKey key, Block.Pool pool) {
    this.wire = wire;
    this.key = key;
    this.pool = pool;
  }

  @Override
  public void ready() throws IOException {
    Block block = held;
    if (block == null) {
      block = pool.take(expected);
    } else if (sending) {
      if (send(block)) {
        sending = false;
        key.interestOps(SelectionKey.OP_READ);
        keepTail(block);
      }
      return;
    }
    ByteBuffer in = block.bytes;
    if (wire.read(in) < 0) {
      pool.giveBack(block);
      held = null;
      wire.close();
      return;
    }
    end = in.position();
    takeFrames(block);
    if (send(block)) {
      keepTail(block);
    } else {
      held = block;
      sending = true;
      key.interestOps(SelectionKey.OP_WRITE);
    }
  }

  private boolean send(Block block) throws IOException {
    return block.write(wire) && wire.flush();
  }

  private void takeFrames(Block block) throws IOException {
    ByteBuffer in = block.bytes;
    tail = 0;
    int header;
    while ((header = Frames.headerBytes(in, tail, end)) > 0) {
      int payload = Math.toIntExact(Frames.payloadBytes(in, tail));
      int start = tail + header;
      int here = Math.min(payload, end - start);
      Frames.unmask(in, start + unmasked, start + here, Frames.maskingKey(in, start), unmasked);
      if (here < payload) {
        unmasked = here;
        expected = Math.max(Block.BYTES, header + payload + Wires.IN_BYTES);
        return;
      }
      unmasked = 0;
      Frames.replaceHeader(in, tail, header);
      block.append(tail + Frames.MASKING_KEY_BYTES, start + payload);
      tail = start + payload;
    }
  }

  /** Keeps the beginning of a frame, at the beginning of a block that has room for all of it. */
  private void keepTail(Block block) {
    int kept = end - tail;
    if (kept == 0) {
      held = null;
      pool.giveBack(block);
      return;
    }
    ByteBuffer in = block.bytes.clear(); // writing has left a limit
    if (in.capacity() >= expected) {
      if (tail > 0) {
        in.put(0, in, tail, kept);
      }
      in.position(kept);
      held = block;
    } else {
      Block larger = pool.take(expected);
      larger.bytes.put(in.position(tail).limit(end));
      pool.giveBack(block);
      held = larger;
    }
  }
}
