// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.spi.Availability;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** A layer of ours directly below the WebSocket, above TLS. It has no handshake. */
final class OnTop implements LayerProvider {
  /** Puts it on, or looks at what is below and refuses to go on. */
  @FunctionalInterface
  interface Wrapping {
    AsyncStream wrap(AsyncStream next, Endpoint endpoint) throws IOException;
  }

  private final String name;
  private final Wrapping wrapping;

  OnTop(String name, Wrapping wrapping) {
    this.name = name;
    this.wrapping = wrapping;
  }

  @Override
  public void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    next.executor()
        .execute(
            () -> {
              AsyncStream wrapped;
              try {
                wrapped = wrapping.wrap(next, endpoint);
              } catch (IOException e) {
                next.close();
                handler.completed(e, null);
                return;
              }
              handler.completed(null, wrapped);
            });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String layer() {
    return name;
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Availability availability() {
    return Availability.yes("changes nothing");
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.noneOf(Trait.class);
  }
}
