// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.transport.Endpoint;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server has answered an upgrade request with 401, and asks who we are. The application says so
 * once, at once or later, on any thread; meanwhile the deadline of the connect goes on. The request
 * is then made again, on a new connection, and a second 401 is an answer.
 *
 * @see WebSocketClient.Builder#onUnauthorized
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11">RFC 9110 section 11</a>
 */
public final class Challenge {
  private final Endpoint endpoint;
  private final UpgradeResponse response;
  private final AtomicReference<@Nullable Consumer<@Nullable String>> answer;

  Challenge(Endpoint endpoint, UpgradeResponse response, Consumer<@Nullable String> answer) {
    this.endpoint = endpoint;
    this.response = response;
    this.answer = new AtomicReference<>(answer);
  }

  /** Returns who asks: after a redirect, whom it has led to. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Returns the whole answer. */
  public UpgradeResponse response() {
    return response;
  }

  /** Returns the values of {@code WWW-Authenticate}, as they came. */
  public List<String> schemes() {
    return response.fields().all("WWW-Authenticate");
  }

  /**
   * Answers.
   *
   * @param authorization the value of the field {@code Authorization}, such as {@code Bearer …}; in
   *     place of one that the request decorator has set
   * @return whether this was the first answer
   * @throws IllegalArgumentException if it cannot stand in a field
   */
  public boolean answer(String authorization) {
    new HttpFields.Field("Authorization", Objects.requireNonNull(authorization, "authorization"));
    return end(authorization);
  }

  /**
   * Has no answer: the connect fails with the 401.
   *
   * @return whether this was the first answer
   */
  public boolean giveUp() {
    return end(null);
  }

  /** Takes the question back; returns false if it was answered. */
  boolean withdraw() {
    return answer.getAndSet(null) != null;
  }

  private boolean end(@Nullable String authorization) {
    Consumer<@Nullable String> first = answer.getAndSet(null);
    if (first != null) {
      first.accept(authorization);
    }
    return first != null;
  }

  @Override
  public String toString() {
    return "Challenge[" + endpoint.withoutQuery() + ", " + schemes() + "]";
  }
}
