// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.layer;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Every byte is changed on its way and back again; nothing else is different. */
public final class Disguise extends ForwardingStream {
  private static final byte KEY = 0x5a;
  private static final int MOST = 4096;

  /** Puts the layer on a stream. */
  public Disguise(AsyncStream next) {
    super(next);
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (handler == null) {
      throw new NullPointerException("handler");
    }
    int start = target.position();
    next()
        .asyncReadSome(
            target,
            IoHandler.with(
                handler,
                (error, bytes) -> {
                  for (int i = start; i < start + bytes; i++) {
                    target.put(i, (byte) (target.get(i) ^ KEY));
                  }
                  handler.completed(error, bytes);
                }));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    ByteBuffer hidden = ByteBuffer.allocate(MOST);
    for (ByteBuffer source : sources) {
      for (int i = source.position(); i < source.limit() && hidden.hasRemaining(); i++) {
        hidden.put((byte) (source.get(i) ^ KEY));
      }
    }
    next()
        .asyncWriteSome(
            new ByteBuffer[] {hidden.flip()},
            IoHandler.with(
                handler,
                (error, bytes) -> {
                  advance(sources, bytes);
                  handler.completed(error, bytes);
                }));
  }

  private static void advance(ByteBuffer[] sources, long bytes) {
    long left = bytes;
    for (ByteBuffer source : sources) {
      int n = (int) Math.min(left, source.remaining());
      source.position(source.position() + n);
      left -= n;
    }
  }

  @Override
  public String toString() {
    return "disguise over " + next();
  }
}
