// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.Availability;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.OneShotOperation;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many bytes per second pass in each direction. It has no handshake, both sides are
 * alike, and it may stand anywhere among the layers, more than once: below TLS it counts what is on
 * the wire, above it what the application has.
 *
 * {@snippet :
 * LayerProvider tenant = new RateLimit(RatePolicy.shared(limit, limit)); // all of its streams
 * LayerProvider each = new RateLimit(RatePolicy.perStream(in, Rate.UNLIMITED));
 * }
 *
 * <p>A read or write moves at most what is left of the burst, and so completes short. If that is
 * less than a 64th of a second's worth, or of the burst if that is less, it is delayed until it is
 * worth while; no operation is delayed for longer by a rate of its own, except that a rate below 64
 * bytes per second delays one byte at a time. A wait is delayed, too, so that nobody borrows memory
 * for a read that may not come yet. A teardown is not limited.
 *
 * <p>A delayed operation has touched nothing: any type of cancellation ends it and leaves the
 * stream as it was. {@link AsyncStream#close} and {@link AsyncStream#asyncTeardown} end it at once;
 * if it is the stream below that is closed, when its delay is over at the latest.
 *
 * <p>Time is that of the stream's executor, and so are the threads. A stream within its limits
 * makes no garbage.
 */
public final class RateLimit implements LayerProvider {
  private final @Nullable RatePolicy policy;

  /** Limits as {@link RateOptions#POLICY} says; for {@link java.util.ServiceLoader}. */
  public RateLimit() {
    this.policy = null;
  }

  /**
   * Limits as a policy says, whatever the options are.
   *
   * @param policy how many bytes may pass
   */
  public RateLimit(RatePolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
  }

  @Override
  public String name() {
    return "rate";
  }

  @Override
  public String layer() {
    return "rate";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("bytes per second");
  }

  /** Returns all that a layer can pass on; it holds as far as the stream below has it. */
  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
  }

  /**
   * Wraps a stream. That takes no time, and fails only if the stream is closed, or if it is
   * cancelled on the way to its executor.
   *
   * @param next the stream below; owned by the new layer from now on
   * @param role which side this is, which makes no difference
   * @param endpoint whom the application meant to talk to, which makes none either
   * @param options how, unless this has a policy of its own
   * @param handler gets the stream on top, or the one below if nothing is limited
   */
  @Override
  public void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    RatePolicy chosen = policy == null ? options.get(RateOptions.POLICY) : policy;
    new Wrapping(next, chosen, handler).initiate();
  }

  private static final class Wrapping extends OneShotOperation<AsyncStream> {
    private final AsyncStream next;
    private final @Nullable RatePolicy policy;

    Wrapping(AsyncStream next, @Nullable RatePolicy policy, Handler<? super AsyncStream> handler) {
      super(next.executor(), handler);
      this.next = next;
      this.policy = policy;
    }

    @Override
    protected void start() {
      if (next.isOpen()) {
        succeed(policy == null ? next : wrap(next, policy));
      } else {
        fail(new StreamException(StreamError.CLOSED, "the stream to limit is closed: " + next));
      }
    }

    @Override
    protected void ended(@Nullable IOException error) {
      if (error != null) {
        next.close();
      }
    }

    @Override
    public String toString() {
      return "the limiting of " + next;
    }
  }

  /**
   * Wraps a stream at once.
   *
   * @param next the stream below; owned by the new layer from now on
   * @param policy how many bytes may pass
   * @return the stream on top, or the one below if nothing is limited
   */
  public static AsyncStream wrap(AsyncStream next, RatePolicy policy) {
    Objects.requireNonNull(next, "next");
    return policy.reads().isLimited() || policy.writes().isLimited()
        ? new RatedStream(next, policy)
        : next;
  }
}
