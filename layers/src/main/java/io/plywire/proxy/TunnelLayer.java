// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the layers that ask a proxy have in common. */
abstract class TunnelLayer implements LayerProvider {
  private final @Nullable TransportOptions own;

  TunnelLayer(@Nullable TransportOptions own) {
    this.own = own;
  }

  /** Begins, or throws if these options or the target do not fit. */
  abstract Conversation conversation(Target target, TransportOptions options);

  /** Throws if these options do not fit. */
  abstract void checkClient(TransportOptions options);

  @Override
  public String name() {
    return layer();
  }

  /** Returns all that a layer can pass on; it holds as far as the stream below has it. */
  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
  }

  /**
   * Checks the options.
   *
   * @param role which side this is; there is none for a server
   * @param options how, unless this has options of its own
   * @throws IllegalArgumentException if an option does not fit, or for a server
   */
  @Override
  public void check(Role role, TransportOptions options) {
    if (role == Role.SERVER) {
      throw new IllegalArgumentException(
          "the layer " + layer() + " is for a CLIENT that goes through a proxy, not a SERVER");
    }
    TransportOptions chosen = own == null ? options : own;
    TunnelOptions.timeout(chosen);
    checkClient(chosen);
  }

  /**
   * Asks the proxy at the other end of the stream to connect further.
   *
   * @param next the stream to the proxy, which is the one to the target afterwards; closed if this
   *     fails
   * @param role which side this is; there is none for a server
   * @param endpoint where the proxy connects to: its host and port
   * @param options how, unless this has options of its own
   * @param handler gets the same stream
   * @throws IllegalArgumentException if {@link #check} does, or the endpoint has no host and port
   *     that can be sent; the stream is left alone then
   */
  @Override
  public void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    Objects.requireNonNull(next, "next");
    check(role, options);
    TransportOptions chosen = own == null ? options : own;
    Duration timeout = TunnelOptions.timeout(chosen);
    Conversation conversation = conversation(Target.of(endpoint), chosen);
    new Tunneling(next, conversation, timeout, handler).initiate();
  }
}
