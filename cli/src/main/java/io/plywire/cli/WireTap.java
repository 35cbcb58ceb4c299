// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import java.nio.ByteBuffer;

/**
 * A layer that changes nothing and tells which handshake heads and frames pass through it. What was
 * written is told when the layer below has accepted it, before the handler of the write runs.
 */
final class WireTap extends ForwardingStream {
  /** Hears what passes, on the executor of the stream. */
  interface Observer {
    default void head(boolean sent, String text) {}

    default void frame(boolean sent, WireFrame frame) {}
  }

  private final WireParser sent;
  private final WireParser received;

  WireTap(AsyncStream next, Observer observer) {
    super(next);
    this.sent = new WireParser(sink(observer, true));
    this.received = new WireParser(sink(observer, false));
  }

  private static WireParser.Sink sink(Observer observer, boolean outgoing) {
    return new WireParser.Sink() {
      @Override
      public void head(String text) {
        observer.head(outgoing, text);
      }

      @Override
      public void frame(WireFrame frame) {
        observer.frame(outgoing, frame);
      }
    };
  }

  /** Returns what has been written; for the executor of the stream. */
  WireParser sent() {
    return sent;
  }

  /** Returns what has been read; for the executor of the stream. */
  WireParser received() {
    return received;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    int from = target.position();
    super.asyncReadSome(
        target,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              received.follow(target, from, from + (int) bytes);
              handler.completed(error, bytes);
            }));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    int[] from = new int[sources.length];
    for (int i = 0; i < from.length; i++) {
      from[i] = sources[i].position();
    }
    super.asyncWriteSome(
        sources,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              for (int i = 0; i < from.length; i++) {
                sent.follow(sources[i], from[i], sources[i].position());
              }
              handler.completed(error, bytes);
            }));
  }

  @Override
  public String toString() {
    return "WireTap over " + next();
  }
}
