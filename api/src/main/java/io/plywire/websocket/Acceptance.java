// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.ReservedFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a request for a WebSocket is agreed to. Immutable.
 *
 * @see Opening#accept(Acceptance)
 */
public final class Acceptance {
  private static final Acceptance PLAIN = new Acceptance(null, List.of(), null);

  private final @Nullable String subprotocol;
  private final List<HttpFields.Field> fields;
  private final @Nullable Object attachment;

  private Acceptance(
      @Nullable String subprotocol, List<HttpFields.Field> fields, @Nullable Object attachment) {
    this.subprotocol = subprotocol;
    this.fields = fields;
    this.attachment = attachment;
  }

  /** Returns one that says no more than the options of the stream do. */
  public static Acceptance plain() {
    return PLAIN;
  }

  /** Returns the sub-protocol, or null to choose as {@link WebSocketOptions#subprotocols} says. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  /**
   * Returns one with a sub-protocol.
   *
   * @param name one of those that the client {@linkplain Opening#subprotocols() offers}
   */
  public Acceptance withSubprotocol(String name) {
    return new Acceptance(Objects.requireNonNull(name, "name"), fields, attachment);
  }

  /** Returns the fields that the answer has besides those of the handshake; unmodifiable. */
  public List<HttpFields.Field> fields() {
    return fields;
  }

  /**
   * Returns one with another field in the answer, such as {@code Set-Cookie}.
   *
   * @param name its name
   * @param value its value
   * @throws IllegalArgumentException if they cannot stand in a field, or the field belongs to the
   *     handshake
   */
  public Acceptance with(String name, String value) {
    ReservedFields.requireFree(name);
    List<HttpFields.Field> more = new ArrayList<>(fields);
    more.add(new HttpFields.Field(name, value));
    return new Acceptance(subprotocol, List.copyOf(more), attachment);
  }

  /** Returns what the connection carries, or null. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /**
   * Returns one that hands something over to the connection, such as who its user is.
   *
   * @param object what {@link WebSocketStream#attachment()} will return
   */
  public Acceptance withAttachment(@Nullable Object object) {
    return new Acceptance(subprotocol, fields, object);
  }

  @Override
  public String toString() {
    return "Acceptance["
        + (subprotocol == null ? "" : "sub-protocol " + subprotocol + ", ")
        + fields
        + "]";
  }
}
