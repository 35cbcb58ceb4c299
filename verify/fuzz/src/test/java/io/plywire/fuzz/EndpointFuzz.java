// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.transport.Endpoint;
import io.plywire.websocket.internal.protocol.ClientHandshake;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** URIs of WebSockets. */
public final class EndpointFuzz {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private EndpointFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String uri = new String(input, StandardCharsets.UTF_8);
    Endpoint endpoint;
    try {
      endpoint = Endpoint.parse(uri);
    } catch (IllegalArgumentException e) {
      return;
    }
    Check.that(!endpoint.address().isEmpty(), "no address: ", endpoint);
    Check.equal(Endpoint.parse(endpoint.toString()), endpoint, "parsed anew: ", endpoint);
    if (endpoint.port() >= 0) {
      Check.equal(endpoint.withPort(1).withPort(endpoint.port()), endpoint, "with its own port");
    }
    // Whatever can be parsed can be asked for.
    new ClientHandshake(endpoint.target(), endpoint.hostField(), KEY, List.of(), null);
  }
}
