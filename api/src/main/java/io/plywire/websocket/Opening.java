// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.AsyncStream;
import io.plywire.websocket.internal.op.Decision;
import io.plywire.websocket.internal.protocol.ServerHandshake;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client's request that waits for the application's decision.
 *
 * <p>It is answered once. Whoever comes second is told so by the result of the call; so is who
 * comes after the client has left, or when the time for the opening handshake is over. While it
 * waits it holds no thread, and no memory but the request.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class Opening {
  private final Decision decision;
  private final AsyncStream next;
  private final Map<String, String> parameters;

  Opening(Decision decision, AsyncStream next) {
    this(decision, next, Map.of());
  }

  private Opening(Decision decision, AsyncStream next, Map<String, String> parameters) {
    this.decision = decision;
    this.next = next;
    this.parameters = parameters;
  }

  /** Returns what the client asks for. */
  public UpgradeRequest request() {
    return decision.request();
  }

  /**
   * Returns whether the client asks for a WebSocket; otherwise it is a {@code GET} or {@code HEAD}
   * like those of browsers and health checks.
   */
  public boolean isUpgrade() {
    return decision.isUpgrade();
  }

  /** Returns the sub-protocols that the client offers, best first; unmodifiable. */
  public List<String> subprotocols() {
    return List.copyOf(ServerHandshake.subprotocols(request()));
  }

  /**
   * Finds a layer below: {@link io.plywire.transport.PeerAddress} for the addresses, that of TLS
   * for its session.
   *
   * @param <T> what is looked for
   * @param type what is looked for
   * @return the nearest one, or null if there is none
   */
  public <T> @Nullable T layer(Class<T> type) {
    return next.layer(type);
  }

  /**
   * Returns what stands in the request's path at the place of a name in the template, if a {@link
   * Routes} brought it here.
   *
   * @param name as in the template, such as {@code room} of <code>/rooms/{room}</code>
   * @return the value, decoded; never empty
   * @throws IllegalArgumentException if the template has no such name
   */
  public String parameter(String name) {
    String value = parameters.get(Objects.requireNonNull(name, "name"));
    if (value == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "the template has no {%s}, but %s", name, parameters.keySet()));
    }
    return value;
  }

  Opening with(Map<String, String> found) {
    return new Opening(decision, next, found);
  }

  /** Returns whether it still waits for an answer. */
  public boolean isPending() {
    return decision.isPending();
  }

  /** Agrees as the options of the stream say; see {@link #accept(Acceptance)}. */
  public boolean accept() {
    return accept(Acceptance.plain());
  }

  /**
   * Agrees to a WebSocket. A request that asks for none is refused, and told what is missing.
   *
   * @param how with which sub-protocol, fields and attachment
   * @return whether that is the answer; false if there is one already, or it is too late for any
   * @throws IllegalArgumentException if the client does not offer the sub-protocol; no answer was
   *     given then
   */
  public boolean accept(Acceptance how) {
    String subprotocol = how.subprotocol();
    if (isUpgrade() && subprotocol != null && !subprotocols().contains(subprotocol)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the client does not offer the sub-protocol \"%s\", but %s",
              subprotocol,
              subprotocols()));
    }
    return decision.accept(how);
  }

  /**
   * Answers with anything else than a WebSocket. For a request that asks for one that is a refusal,
   * and the connection ends. After the answer to any other the client may ask again, over the same
   * connection.
   *
   * @param answer what is sent
   * @return whether that is the answer; false if there is one already, or it is too late for any
   */
  public boolean reply(Reply answer) {
    return decision.reply(Objects.requireNonNull(answer, "answer"));
  }

  @Override
  public String toString() {
    return "Opening[" + request() + (isPending() ? "" : ", answered") + "]";
  }
}
