// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.CompletionToken;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.internal.protocol.Utf8;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection up until it is told otherwise: connects again when it is lost, after a random
 * and growing pause, and holds what is to be sent meanwhile. What becomes of each message is told
 * once, as one of three: sent, not sent, or unknown ({@link Delivery}).
 *
 * {@snippet :
 * Reconnector reconnector =
 *     Reconnector.builder(WebSocketClient.create(), "wss://example.com/feed")
 *         .onOpen((ws, first, done) -> ws.asyncWrite("subscribe", (e, n) -> done.completed(e, null)))
 *         .onMessage(message -> System.out.println(message.text()))
 *         .onState(System.out::println)
 *         .start();
 * reconnector.send("hello", (error, bytes) -> System.out.println(Delivery.of(error)));
 * }
 *
 * <p>One object, one life: after {@link #close()}, or when the {@link RetryPolicy} has decided to
 * stop, it is over. It has no thread: all its code, and that of its listeners, runs on its
 * executor, unless a handler brings its own.
 *
 * <p>Thread safety: all methods may be called by any thread. No lock is held while a handler runs.
 */
public final class Reconnector implements Closeable {
  private final StreamExecutor executor;
  private final Cycle cycle;

  private Reconnector(Builder builder) {
    executor = builder.executor;
    cycle = new Cycle(builder);
  }

  /**
   * Begins to make one for a client, on an executor of the transport that serves the URI.
   *
   * @param client opens the connections; with its limits, deadlines and layers
   * @param uri such as {@code wss://example.com/feed}
   * @throws IllegalArgumentException if the URI is none of a WebSocket
   * @throws io.plywire.spi.ProviderException if no transport serves the scheme
   */
  public static Builder builder(WebSocketClient client, String uri) {
    Endpoint endpoint = Endpoint.parse(uri);
    return new Builder(
        client.executorFor(endpoint), handler -> client.asyncConnect(endpoint, handler));
  }

  /**
   * Begins to make one for whatever opens connections.
   *
   * @param executor where everything runs; the streams may have another one
   * @param dial opens a connection
   */
  public static Builder builder(StreamExecutor executor, Dial dial) {
    return new Builder(executor, dial);
  }

  // ---- sending

  /**
   * Sends a text message: now, or when there is a connection. Messages of one thread go out in the
   * order in which they were given.
   *
   * @param text what to send
   * @param handler gets the number of bytes, in UTF-8, if it was {@linkplain Delivery#SENT sent},
   *     or a {@link DeliveryException}. While the message waits any cancellation type takes it out;
   *     once its writing has begun it is too late
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public void send(String text, IoHandler handler) {
    send(MessageKind.TEXT, Utf8.encode(text), handler);
  }

  /**
   * Sends a text message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param text what to send
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R send(String text, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(executor, handler -> send(text, handler)));
  }

  /**
   * Sends a message: now, or when there is a connection.
   *
   * @param kind text or binary
   * @param payload what to send, from position to limit; belongs to the Reconnector until
   *     completion
   * @param handler as in {@link #send(String, IoHandler)}
   */
  public void send(MessageKind kind, ByteBuffer payload, IoHandler handler) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(handler, "handler");
    cycle.outbox().add(kind, payload, handler);
  }

  /**
   * Sends a message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param kind text or binary
   * @param payload what to send
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R send(
      MessageKind kind, ByteBuffer payload, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(executor, handler -> send(kind, payload, handler)));
  }

  // ---- the end

  /**
   * Closes the connection in good order, or calls off the attempt or the waiting, and stops. A
   * message whose writing has begun is finished if it is in its last frame; those that wait are
   * told {@link Delivery#NOT_SENT}.
   *
   * @param reason what to tell the peer
   * @param handler gets the last state once nothing is left of the connection, and no error. The
   *     {@linkplain io.plywire.websocket.Timeouts#closing() deadline} of the closing handshake
   *     bounds it; {@link #abort()} hastens it, cancellation has no effect
   */
  public void asyncClose(CloseReason reason, Handler<ReconnectorState> handler) {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(handler, "handler");
    executor.execute(() -> cycle.close(reason, handler));
  }

  /**
   * Closes in good order and stops, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param reason what to tell the peer
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncClose(
      CloseReason reason, CompletionToken<ReconnectorState, R, X> token) throws X {
    return token.initiate(Initiation.of(executor, handler -> asyncClose(reason, handler)));
  }

  /** Begins what {@link #asyncClose} does with {@link CloseReason#NORMAL}, and returns. */
  @Override
  public void close() {
    executor.execute(() -> cycle.close(CloseReason.NORMAL, null));
  }

  /** Stops at once, without a close frame; whatever is pending is told. */
  public void abort() {
    executor.execute(cycle::abort);
  }

  // ---- state

  /** Returns where it stands. */
  public ReconnectorState state() {
    return cycle.state();
  }

  /** Returns how many messages wait or are being written. */
  public int queuedMessages() {
    return cycle.outbox().messages();
  }

  /** Returns how many bytes wait or are being written. */
  public long queuedBytes() {
    return cycle.outbox().bytes();
  }

  /** Returns the executor on which everything runs. */
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public String toString() {
    return "Reconnector[" + state() + "]";
  }

  /** Makes Reconnectors. What is set later does not concern those that were started before. */
  public static final class Builder {
    final StreamExecutor executor;
    final Dial dial;
    Backoff backoff = Backoff.defaults();
    OutboxLimits outbox = OutboxLimits.defaults();
    Duration attemptTimeout = Duration.ofSeconds(90);
    boolean resend;
    @Nullable OpenHandler openHandler;
    BiConsumer<Message, Runnable> receiver = (message, next) -> next.run();
    Consumer<ReconnectorState> stateListener = state -> {};
    RetryPolicy policy = RetryPolicy.standard();
    private @Nullable RandomGenerator random;

    private Builder(StreamExecutor executor, Dial dial) {
      this.executor = Objects.requireNonNull(executor, "executor");
      this.dial = Objects.requireNonNull(dial, "dial");
    }

    RandomGenerator random() {
      return random == null ? ThreadLocalRandom.current() : random;
    }

    /**
     * Sets how long to wait between attempts.
     *
     * @param value default: {@link Backoff#defaults()}
     */
    public Builder backoff(Backoff value) {
      backoff = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets who decides whether there is another attempt.
     *
     * @param value default: {@link RetryPolicy#standard()}
     */
    public Builder retryPolicy(RetryPolicy value) {
      policy = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets how long an attempt may take, from dialing until the {@link OpenHandler} is done.
     *
     * @param value zero for as long as it takes; default: 90 seconds, of which a {@link
     *     WebSocketClient} takes 60 at most
     * @throws IllegalArgumentException if negative
     */
    public Builder attemptTimeout(Duration value) {
      if (value.isNegative()) {
        throw new IllegalArgumentException(
            "attempt timeout " + Durations.text(value) + " is negative");
      }
      attemptTimeout = value;
      return this;
    }

    /**
     * Sets how much may wait to be sent.
     *
     * @param value default: {@link OutboxLimits#defaults()}
     */
    public Builder outbox(OutboxLimits value) {
      outbox = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets whether a message is sent again when the connection has ended while it was written. The
     * peer may get it twice then, and gets it at least once if it is {@linkplain Delivery#SENT
     * sent}.
     *
     * @param on default: false, it is told {@link Delivery#UNKNOWN}
     */
    public Builder resend(boolean on) {
      resend = on;
      return this;
    }

    /**
     * Sets what makes a connection ready before messages go out and come in.
     *
     * @param handler authenticates, subscribes again
     */
    public Builder onOpen(OpenHandler handler) {
      openHandler = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * Sets who gets messages, one at a time. The next one is read when it returns. If it throws,
     * that is logged, the connection closed with 1011, and there is another attempt. Without it,
     * messages are dropped.
     *
     * @param handler gets each message
     */
    public Builder onMessage(Consumer<Message> handler) {
      Objects.requireNonNull(handler, "handler");
      receiver =
          (message, next) -> {
            handler.accept(message);
            next.run();
          };
      return this;
    }

    /**
     * Sets who gets messages, one at a time, and says itself when the next one may be read, be it
     * of another connection. Until then nothing is read, so the peer is slowed down, and its end is
     * noticed late.
     *
     * @param handler gets each message, and what to run when it is done with it, on any thread
     */
    public Builder onMessageAsync(BiConsumer<Message, Runnable> handler) {
      receiver = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * Sets who hears of each new state.
     *
     * @param listener called on the executor; must not block
     */
    public Builder onState(Consumer<ReconnectorState> listener) {
      stateListener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets where the jitter comes from.
     *
     * @param source used on the executor only; default: {@link ThreadLocalRandom}
     */
    public Builder random(RandomGenerator source) {
      random = Objects.requireNonNull(source, "source");
      return this;
    }

    /** Makes a Reconnector, whose first attempt begins at once. */
    public Reconnector start() {
      Reconnector made = new Reconnector(copy());
      made.executor.execute(made.cycle::connect);
      return made;
    }

    private Builder copy() {
      Builder copy = new Builder(executor, dial);
      copy.backoff = backoff;
      copy.outbox = outbox;
      copy.attemptTimeout = attemptTimeout;
      copy.resend = resend;
      copy.openHandler = openHandler;
      copy.receiver = receiver;
      copy.stateListener = stateListener;
      copy.policy = policy;
      copy.random = random;
      return copy;
    }
  }
}
