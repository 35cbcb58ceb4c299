// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A layer that changes nothing and tells which heads of the opening handshake and which frames pass
 * through it. It belongs directly below a WebSocket, above TLS.
 *
 * {@snippet :
 * var tap = new WireTap(next, 64, new WireTap.Observer() {
 *   @Override
 *   public void frame(boolean sent, WireFrame frame) {
 *     System.err.println((sent ? "> " : "< ") + frame);
 *   }
 * });
 * var ws = new WebSocketStream(tap, options);
 * }
 *
 * <p>It follows the bytes and checks no rule of the protocol. What was written is told when the
 * layer below has accepted it, what was read when that has delivered it; in both cases before the
 * handler of the operation runs, and on its thread. A frame is told once its last byte has passed;
 * what is incomplete when the stream is torn down or closed is told then.
 *
 * <p>Bytes that were received before the tap was there do not pass through it: {@link #received}
 * shows them, {@link #expectFrames} says that a direction has its head behind it.
 *
 * <p>Thread safety: that of the stream below. The observer is called by one thread at a time, and
 * under a lock: it must not block. One that throws is called no more; the connection does not
 * notice, and an error is logged.
 */
public final class WireTap extends ForwardingStream {
  /** Hears what passes; does nothing by default. */
  public interface Observer {
    /**
     * Some bytes have passed. Called before they are parsed, and for all bytes, whatever they are.
     *
     * @param sent whether this side has sent them
     * @param bytes a read-only view from position to limit, valid during the call
     */
    default void bytes(boolean sent, ByteBuffer bytes) {}

    /**
     * A whole head of a request or a response has passed.
     *
     * @param sent whether this side has sent it
     * @param text as it was, with all its line ends, a character for each byte; {@link
     *     Redaction#ofHead} makes it fit to be shown
     */
    default void head(boolean sent, String text) {}

    /**
     * The last byte of a frame has passed.
     *
     * @param sent whether this side has sent it
     * @param frame what it was
     */
    default void frame(boolean sent, WireFrame frame) {}

    /**
     * A head was begun of which no more will come, or that is too long to be one.
     *
     * @param sent whether this side has sent it
     * @param text what there was of it, a character for each byte
     */
    default void incompleteHead(boolean sent, String text) {}

    /**
     * A frame was begun of which no more will come.
     *
     * @param sent whether this side has sent it
     * @param description what there was of it, for people
     */
    default void incompleteFrame(boolean sent, String description) {}
  }

  private static final Logger log = LoggerFactory.getLogger(WireTap.class);

  private final Observer observer;
  private final WireParser sent;
  private final WireParser received;
  private final ReentrantLock watching = new ReentrantLock();
  private boolean failed; // the observer has

  /**
   * Makes a tap that tells nothing of the payloads.
   *
   * @param next the layer below; owned by the new one
   * @param observer hears what passes
   */
  public WireTap(AsyncStream next, Observer observer) {
    this(next, 0, observer);
  }

  /**
   * Makes a tap that also tells how payloads begin.
   *
   * @param next the layer below; owned by the new one
   * @param excerptBytes how many bytes of the beginning of each payload {@link WireFrame#beginning}
   *     has at most; with 0 none are kept
   * @param observer hears what passes
   * @throws IllegalArgumentException if excerptBytes is negative
   */
  public WireTap(AsyncStream next, int excerptBytes, Observer observer) {
    super(next);
    if (excerptBytes < 0) {
      throw new IllegalArgumentException("an excerpt of " + excerptBytes + " bytes is negative");
    }
    this.observer = Objects.requireNonNull(observer, "observer");
    this.sent = new WireParser(true, excerptBytes, observer);
    this.received = new WireParser(false, excerptBytes, observer);
    sent.answeredBy(received);
    received.answeredBy(sent);
  }

  /**
   * Shows bytes that were received before the tap was there.
   *
   * @param bytes from position to limit, which stay
   */
  public void received(ByteBuffer bytes) {
    watch(() -> follow(received, bytes, bytes.position(), bytes.limit()));
  }

  /**
   * Says that the next byte in a direction is that of a frame, for somebody else has exchanged the
   * heads.
   *
   * @param sending whether it is the direction in which this side sends
   */
  public void expectFrames(boolean sending) {
    watch((sending ? sent : received)::expectFrames);
  }

  /** Returns how many bytes were sent, heads included. */
  public long sentBytes() {
    return look(sent).bytes();
  }

  /** Returns how many whole frames were sent. */
  public long sentFrames() {
    return look(sent).frames();
  }

  /** Returns how many bytes were received, heads included. */
  public long receivedBytes() {
    return look(received).bytes();
  }

  /** Returns how many whole frames were received. */
  public long receivedFrames() {
    return look(received).frames();
  }

  private record Counts(long bytes, long frames) {}

  private Counts look(WireParser at) {
    watching.lock();
    try {
      return new Counts(at.bytes(), at.frames());
    } finally {
      watching.unlock();
    }
  }

  /** Runs what calls the observer. */
  private void watch(Runnable what) {
    watching.lock();
    try {
      if (!failed) {
        what.run();
      }
    } catch (RuntimeException | Error e) {
      failed = true;
      log.error("An observer threw, and hears no more of {}", next(), e);
    } finally {
      watching.unlock();
    }
  }

  private void follow(WireParser parser, ByteBuffer buffer, int from, int to) {
    if (from < to) {
      observer.bytes(parser == sent, buffer.asReadOnlyBuffer().limit(to).position(from));
      parser.follow(buffer, from, to);
    }
  }

  private void end() {
    watch(
        () -> {
          sent.end();
          received.end();
        });
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    int from = target.position();
    super.asyncReadSome(
        target,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              watch(() -> follow(received, target, from, from + (int) bytes));
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
              watch(
                  () -> {
                    for (int i = 0; i < from.length; i++) {
                      follow(sent, sources[i], from[i], sources[i].position());
                    }
                  });
              handler.completed(error, bytes);
            }));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    super.asyncTeardown(
        role,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              end();
              handler.completed(error, bytes);
            }));
  }

  @Override
  public void close() {
    super.close();
    end();
  }

  @Override
  public String toString() {
    return "WireTap over " + next();
  }
}
