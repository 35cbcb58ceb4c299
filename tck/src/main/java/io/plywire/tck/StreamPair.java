// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.stream.AsyncStream;
import java.util.Objects;

/**
 * The two ends of a fresh connection, nothing read or written yet.
 *
 * @param client the end that opened the connection
 * @param server the end that accepted it
 */
public record StreamPair(AsyncStream client, AsyncStream server) {
  /** Checks that there are two. */
  public StreamPair {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(server, "server");
  }
}
