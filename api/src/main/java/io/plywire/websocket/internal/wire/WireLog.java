// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.wire;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.observe.WireTap;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what a WebSocket and its next layer say to each other: heads and frames by a {@link
 * WireTap}, failures, teardown and close by itself. It stands between them only if the logger had
 * the level {@code trace} when the WebSocket was made; nobody above should notice it, see {@link
 * #below}.
 */
public final class WireLog extends ForwardingStream {
  /** Public, since it stands in the configurations of applications. */
  static final String NAME = "io.plywire.wire";

  /** How much of a payload is shown, in bytes. */
  static final int EXCERPT_BYTES = 64;

  private static final Logger log = LoggerFactory.getLogger(NAME);

  private final AsyncStream below;
  private final WireTap tap;
  private final WireLines lines;
  private final AtomicBoolean closed = new AtomicBoolean();

  private WireLog(AsyncStream below, WireTap tap, WireLines lines) {
    super(tap);
    this.below = below;
    this.tap = tap;
    this.lines = lines;
  }

  /**
   * Puts a log over a layer if it is on.
   *
   * @param next the layer; owned by what is returned
   */
  public static AsyncStream over(AsyncStream next) {
    return over(next, log);
  }

  static AsyncStream over(AsyncStream next, Logger logger) {
    return logger.isTraceEnabled() ? over(next, logger::trace) : next;
  }

  /** Puts a log over a layer that is written to somebody. */
  static WireLog over(AsyncStream next, Consumer<String> to) {
    WireLines lines = new WireLines(next, to);
    return new WireLog(next, new WireTap(next, EXCERPT_BYTES, lines), lines);
  }

  /** Returns the layer that was there before the log. */
  public static AsyncStream below(AsyncStream next) {
    return next instanceof WireLog log ? log.below : next;
  }

  /**
   * Logs bytes that were received before, and do not come by.
   *
   * @param next what {@link #over} has returned
   * @param bytes from position to limit, which stay
   */
  public static void received(AsyncStream next, ByteBuffer bytes) {
    if (next instanceof WireLog log) {
      log.tap.received(bytes);
    }
  }

  /**
   * Logs a request that somebody else has read; what comes from the peer are frames now.
   *
   * @param next what {@link #over} has returned
   */
  public static void requested(AsyncStream next, UpgradeRequest request) {
    if (next instanceof WireLog log) {
      StringBuilder head = new StringBuilder();
      head.append(request.method()).append(' ').append(request.target());
      head.append(' ').append(request.version()).append("\r\n");
      for (HttpFields.Field field : request.fields()) {
        head.append(field.name()).append(": ").append(field.value()).append("\r\n");
      }
      log.lines.note("somebody else has read the request:");
      log.lines.head(false, head.toString());
      log.tap.expectFrames(false);
    }
  }

  /**
   * Logs that somebody else has shaken hands; what comes by are frames.
   *
   * @param next what {@link #over} has returned
   * @param role of this side
   */
  public static void upgraded(
      AsyncStream next,
      Role role,
      @Nullable String subprotocol,
      @Nullable DeflateParameters deflate) {
    if (next instanceof WireLog log) {
      log.lines.note(
          "somebody else has opened it as "
              + name(role)
              + (subprotocol == null ? "" : ", sub-protocol " + subprotocol)
              + (deflate == null ? "" : ", " + deflate));
      log.tap.expectFrames(false);
      log.tap.expectFrames(true);
    }
  }

  // ---- what the tap does not tell

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    super.asyncReadSome(target, telling("reading", handler));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    super.asyncWriteSome(sources, telling("writing", handler));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    super.asyncWait(type, telling("waiting", handler));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    lines.note("teardown as " + name(role)); // first, for it may be done within the call
    super.asyncTeardown(
        role,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              lines.note(error == null ? "torn down" : "teardown failed: " + error);
              handler.completed(error, bytes);
            }));
  }

  private static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private IoHandler telling(String what, IoHandler handler) {
    return IoHandler.with(
        handler,
        (error, bytes) -> {
          if (error != null) {
            lines.note(what + " failed: " + error);
          }
          handler.completed(error, bytes);
        });
  }

  @Override
  public void close() {
    super.close();
    if (closed.compareAndSet(false, true)) {
      lines.note("closed");
    }
  }
}
