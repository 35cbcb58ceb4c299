// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.StagedOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;

/** A header in each direction, so that each end waits for the other one and plays both roles. */
final class Mutual extends StagedOperation<AsyncStream> {
  private static final ProxyProtocol LAYER = new ProxyProtocol();
  private static final Endpoint ENDPOINT = Endpoint.parse("ws://localhost:80/");

  private final AsyncStream next;
  private final Role role;
  private final TransportOptions options;

  Mutual(
      AsyncStream next, Role role, TransportOptions options, Handler<? super AsyncStream> handler) {
    super(next.executor(), handler);
    this.next = next;
    this.role = role;
    this.options = options;
  }

  @Override
  protected void start() {
    closeOnFailure(next);
    Role other = role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
    LAYER.asyncWrap(
        next,
        role,
        ENDPOINT,
        options,
        stage(
            (AsyncStream stream) ->
                LAYER.asyncWrap(stream, other, ENDPOINT, options, stage(this::succeed))));
  }

  @Override
  public String toString() {
    return "headers in both directions on " + next;
  }
}
