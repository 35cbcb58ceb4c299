// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.Token;
import io.plywire.websocket.observe.WebSocketObserver;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link WebSocketStream} behaves. Immutable; each {@code with} method returns a changed
 * copy.
 *
 * <p>What is fixed for a connection stands here alone, what changes from message to message on the
 * stream alone. A few settings stand in both: the limit for received messages, fragmentation and
 * the write buffer. Here they are what a stream begins with.
 */
public final class WebSocketOptions {
  /** The least size of {@link #writeBufferBytes(Role)}. */
  public static final int MIN_WRITE_BUFFER_BYTES = 8;

  private static final int SERVER_WRITE_BUFFER_BYTES = 64 << 10;

  /** With its header a frame has 32 KiB, which is what gateways take that have the least limits. */
  private static final int CLIENT_WRITE_BUFFER_BYTES = (32 << 10) - 8;

  private static final WebSocketOptions DEFAULTS = new WebSocketOptions(new Values());

  /** The values, mutable while a copy is being made and never again. */
  private static final class Values implements Cloneable {
    Timeouts timeouts = Timeouts.suggested();
    long readMessageMax = 16L << 20;
    MessageRate incomingRate = MessageRate.UNLIMITED;
    MessageRate outgoingRate = MessageRate.UNLIMITED;
    int writeBufferBytes; // 0 for that of the role
    boolean autoFragment = true;
    boolean validateOutgoingText = true;
    int handshakeHeadMax = 16 << 10;
    int refusedBodyMax = 64 << 10;
    List<String> subprotocols = List.of();
    @Nullable DeflateOptions deflate;
    OriginPolicy originPolicy = OriginPolicy.sameOrigin();
    @Nullable WebSocketObserver observer;
    CloseReason handlerFailureReason = CloseReason.of(CloseCode.INTERNAL_ERROR);
    Consumer<UpgradeRequest> requestDecorator = request -> {};
    Consumer<UpgradeResponse> responseDecorator = response -> {};

    Values copy() {
      try {
        return (Values) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Values values;

  private WebSocketOptions(Values values) {
    this.values = values;
  }

  /** Returns the defaults, which stand at each method. */
  public static WebSocketOptions defaults() {
    return DEFAULTS;
  }

  private WebSocketOptions with(Consumer<Values> change) {
    Values copy = values.copy();
    change.accept(copy);
    return new WebSocketOptions(copy);
  }

  /** Returns the timeouts. Default: {@link Timeouts#suggested}. */
  public Timeouts timeouts() {
    return values.timeouts;
  }

  /**
   * Returns a copy with other timeouts.
   *
   * @param timeouts how long to wait for what
   */
  public WebSocketOptions withTimeouts(Timeouts timeouts) {
    Objects.requireNonNull(timeouts, "timeouts");
    return with(v -> v.timeouts = timeouts);
  }

  /** Returns the longest message that is received, in bytes; 0 for no limit. Default: 16 MiB. */
  public long readMessageMax() {
    return values.readMessageMax;
  }

  /**
   * Returns a copy with another limit for received messages.
   *
   * @param bytes 0 for no limit
   * @throws IllegalArgumentException if negative
   */
  public WebSocketOptions withReadMessageMax(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("message limit " + bytes + " is negative");
    }
    return with(v -> v.readMessageMax = bytes);
  }

  /** Returns how many messages are received at most. Default: {@link MessageRate#UNLIMITED}. */
  public MessageRate incomingRate() {
    return values.incomingRate;
  }

  /**
   * Returns a copy with another rate for received messages. One that comes too soon is not read on
   * before its time, and what follows it neither, pings included: a peer that sends more is slowed
   * down by the window of the transport.
   *
   * @param rate how many
   */
  public WebSocketOptions withIncomingRate(MessageRate rate) {
    Objects.requireNonNull(rate, "rate");
    return with(v -> v.incomingRate = rate);
  }

  /** Returns how many messages are sent at most. Default: {@link MessageRate#UNLIMITED}. */
  public MessageRate outgoingRate() {
    return values.outgoingRate;
  }

  /**
   * Returns a copy with another rate for messages that are sent, such as one that the peer demands.
   * A write that begins a message too soon waits for its time, with nothing sent; pings, pongs and
   * a close go meanwhile.
   *
   * @param rate how many
   */
  public WebSocketOptions withOutgoingRate(MessageRate rate) {
    Objects.requireNonNull(rate, "rate");
    return with(v -> v.outgoingRate = rate);
  }

  /**
   * Returns the size of the buffer that frames are put together in, which is also the longest frame
   * when messages are fragmented, in bytes. Default: 64 KiB for a server; for a client 32,760, so
   * that a frame has 32 KiB with its header, since some gateways take no longer ones. It is
   * borrowed for each write.
   *
   * @param side which side this is
   */
  public int writeBufferBytes(Role side) {
    if (values.writeBufferBytes != 0) {
      return values.writeBufferBytes;
    }
    return side == Role.SERVER ? SERVER_WRITE_BUFFER_BYTES : CLIENT_WRITE_BUFFER_BYTES;
  }

  /**
   * Returns a copy with another write buffer.
   *
   * @param bytes at least {@value #MIN_WRITE_BUFFER_BYTES}
   * @throws IllegalArgumentException if less
   */
  public WebSocketOptions withWriteBufferBytes(int bytes) {
    requireWriteBuffer(bytes);
    return with(v -> v.writeBufferBytes = bytes);
  }

  static void requireWriteBuffer(int bytes) {
    // The bound leaves room for a frame header in a buffer whose size is a power of two.
    if (bytes < MIN_WRITE_BUFFER_BYTES || bytes > 1 << 23) {
      throw new IllegalArgumentException(
          "write buffer of "
              + bytes
              + " bytes is not between "
              + MIN_WRITE_BUFFER_BYTES
              + " and "
              + (1 << 23));
    }
  }

  /**
   * Returns whether messages longer than the write buffer are sent in several frames, between which
   * control frames may go out. Default: true.
   */
  public boolean autoFragment() {
    return values.autoFragment;
  }

  /**
   * Returns a copy with fragmentation on or off.
   *
   * @param on whether to cut long messages into frames
   */
  public WebSocketOptions withAutoFragment(boolean on) {
    return with(v -> v.autoFragment = on);
  }

  /** Returns whether text is checked to be UTF-8 before it is sent. Default: true. */
  public boolean validateOutgoingText() {
    return values.validateOutgoingText;
  }

  /**
   * Returns a copy with the check of outgoing text on or off.
   *
   * @param on false for text that is known to be valid
   */
  public WebSocketOptions withValidateOutgoingText(boolean on) {
    return with(v -> v.validateOutgoingText = on);
  }

  /** Returns the longest head of a handshake message, in bytes. Default: 16 KiB. */
  public int handshakeHeadMax() {
    return values.handshakeHeadMax;
  }

  /**
   * Returns a copy with another limit for handshake messages.
   *
   * @param bytes at least 256
   * @throws IllegalArgumentException if less
   */
  public WebSocketOptions withHandshakeHeadMax(int bytes) {
    if (bytes < 256) {
      throw new IllegalArgumentException("handshake head limit " + bytes + " is less than 256");
    }
    return with(v -> v.handshakeHeadMax = bytes);
  }

  /** Returns how much is kept of the body of a refusal, in bytes. Default: 64 KiB. */
  public int refusedBodyMax() {
    return values.refusedBodyMax;
  }

  /**
   * Returns a copy with another limit for the body of a refusal.
   *
   * @param bytes the rest is dropped
   * @throws IllegalArgumentException if negative
   */
  public WebSocketOptions withRefusedBodyMax(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("body limit " + bytes + " is negative");
    }
    return with(v -> v.refusedBodyMax = bytes);
  }

  /**
   * Returns the sub-protocols, best first: what a client offers, what a server chooses from.
   * Default: none.
   */
  public List<String> subprotocols() {
    return values.subprotocols;
  }

  /**
   * Returns a copy with other sub-protocols.
   *
   * @param names best first
   * @throws IllegalArgumentException if a name is no token or stands twice
   */
  public WebSocketOptions withSubprotocols(String... names) {
    List<String> list = List.of(names);
    for (String name : list) {
      if (!Token.isToken(name)) {
        throw new IllegalArgumentException("sub-protocol '" + name + "' is no HTTP token");
      }
    }
    if (list.stream().distinct().count() != list.size()) {
      throw new IllegalArgumentException("a sub-protocol stands twice in " + list);
    }
    return with(v -> v.subprotocols = list);
  }

  /** Returns how messages are compressed, or null if they are not. Default: null. */
  public @Nullable DeflateOptions deflate() {
    return values.deflate;
  }

  /**
   * Returns a copy that compresses messages if the peer agrees: a client offers it, a server takes
   * an offer that fits. Whether they agreed tells {@link WebSocketStream#deflate()}.
   *
   * @param options how, or null for no compression
   */
  public WebSocketOptions withDeflate(@Nullable DeflateOptions options) {
    return with(v -> v.deflate = options);
  }

  /** Returns who may connect from a browser. Default: {@link OriginPolicy#sameOrigin()}. */
  public OriginPolicy originPolicy() {
    return values.originPolicy;
  }

  /**
   * Returns a copy with another origin policy.
   *
   * @param policy for servers
   */
  public WebSocketOptions withOriginPolicy(OriginPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    return with(v -> v.originPolicy = policy);
  }

  /** Returns who hears what happens, or null if nobody does. Default: null. */
  public @Nullable WebSocketObserver observer() {
    return values.observer;
  }

  /**
   * Returns a copy with another observer. It costs a branch here and there not to have one.
   *
   * @param observer hears what happens to every WebSocket with these options, and to the client or
   *     server that has them; null for nobody
   */
  public WebSocketOptions withObserver(@Nullable WebSocketObserver observer) {
    return with(v -> v.observer = observer);
  }

  /**
   * Returns what the peer is told when a handler, or the callback for control frames, has thrown an
   * exception. It is logged, and the connection ends: code that has lost track would not read on,
   * and nobody would notice. Default: {@link CloseCode#INTERNAL_ERROR} without words.
   */
  public CloseReason handlerFailureReason() {
    return values.handlerFailureReason;
  }

  /**
   * Returns a copy that tells the peer something else when a handler has thrown.
   *
   * @param reason what to tell
   */
  public WebSocketOptions withHandlerFailureReason(CloseReason reason) {
    Objects.requireNonNull(reason, "reason");
    return with(v -> v.handlerFailureReason = reason);
  }

  /** Returns what is done to an upgrade request before it is sent. Default: nothing. */
  public Consumer<UpgradeRequest> requestDecorator() {
    return values.requestDecorator;
  }

  /**
   * Returns a copy with another decorator for upgrade requests.
   *
   * <p>What it leaves is looked at before it is sent: {@code Host}, {@code Upgrade}, {@code
   * Connection}, {@code Sec-WebSocket-Key} and {@code Sec-WebSocket-Version} stand there once and
   * make sense, and there is no body. Otherwise the handshake fails with {@link
   * WebSocketError#DECORATOR_FAILED}, which names the field, and nothing is sent. Sub-protocols
   * that it offers may be agreed on.
   *
   * @param decorator may add fields, and change {@code Host}; runs on the stream's executor
   */
  public WebSocketOptions withRequestDecorator(Consumer<UpgradeRequest> decorator) {
    Objects.requireNonNull(decorator, "decorator");
    return with(v -> v.requestDecorator = decorator);
  }

  /** Returns what is done to an upgrade response before it is sent. Default: nothing. */
  public Consumer<UpgradeResponse> responseDecorator() {
    return values.responseDecorator;
  }

  /**
   * Returns a copy with another decorator for upgrade responses.
   *
   * <p>What it leaves is looked at before it is sent: the fields of the handshake stand there once
   * and as they were, and nothing lies about a body. Otherwise the client gets status 500, and the
   * handshake fails with {@link WebSocketError#DECORATOR_FAILED}, which names the field; a refusal
   * is sent as it was before. It may choose among the sub-protocols that the client offers, and
   * change what is answered of compression; {@link WebSocketStream#subprotocol()} and {@link
   * WebSocketStream#deflate()} tell what was sent.
   *
   * @param decorator may add fields; runs on the stream's executor
   */
  public WebSocketOptions withResponseDecorator(Consumer<UpgradeResponse> decorator) {
    Objects.requireNonNull(decorator, "decorator");
    return with(v -> v.responseDecorator = decorator);
  }

  /**
   * Checks what only shows when the side is known.
   *
   * @throws IllegalArgumentException if options do not fit each other
   */
  void requireFeasible(Role own) {
    DeflateOptions deflate = values.deflate;
    if (deflate != null) {
      DeflateNegotiation.requireFeasible(deflate, own);
    }
  }

  /**
   * Returns what a side does that somebody else has agreed for.
   *
   * @throws IllegalArgumentException if it can not
   */
  DeflateParameters keeping(DeflateParameters agreed, Role own) {
    DeflateOptions deflate = values.deflate;
    if (deflate == null) {
      throw new IllegalArgumentException(
          "permessage-deflate was agreed on, and the options have no deflate; see withDeflate");
    }
    return DeflateNegotiation.keeping(agreed, deflate, own);
  }
}
