// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Fields that {@link HttpConnect} sends to the proxy besides its own; the server does not get to
 * see them. Their values are not shown by {@link #toString}, since they may be secret. Immutable.
 *
 * {@snippet :
 * TunnelFields fields = TunnelFields.of("User-Agent", "warehouse/7")
 *     .with("Proxy-Authorization", "Bearer " + token);
 * }
 */
public final class TunnelFields {
  /** What the layer says by itself, and what would promise a body. */
  private static final Set<String> RESERVED =
      Set.of("host", "content-length", "transfer-encoding", "trailer", "upgrade", "expect", "te");

  static final TunnelFields NONE = new TunnelFields(List.of());

  private final List<HttpField> fields;

  private TunnelFields(List<HttpField> fields) {
    this.fields = fields;
  }

  /**
   * Makes one field.
   *
   * @param name its name
   * @param value its value, in printable ASCII
   * @throws IllegalArgumentException if it cannot be sent, or is for the layer to send
   */
  public static TunnelFields of(String name, String value) {
    return NONE.with(name, value);
  }

  /**
   * Returns these and one more, at the end.
   *
   * @param name its name
   * @param value its value, in printable ASCII
   * @throws IllegalArgumentException if it cannot be sent, or is for the layer to send
   */
  public TunnelFields with(String name, String value) {
    if (!HttpField.isToken(Objects.requireNonNull(name, "name"))) {
      throw new IllegalArgumentException("'" + HttpField.shown(name) + "' is no name of a field");
    }
    if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the field " + name + " is not for applications to send");
    }
    for (int i = 0; i < Objects.requireNonNull(value, "value").length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' || c > '~') && c != '\t') {
        throw new IllegalArgumentException(
            "the value of " + name + " is no printable ASCII at index " + i);
      }
    }
    List<HttpField> more = new ArrayList<>(fields);
    more.add(new HttpField(name, value.strip()));
    return new TunnelFields(List.copyOf(more));
  }

  boolean has(String name) {
    return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
  }

  List<HttpField> all() {
    return fields;
  }

  /** Shows the names. */
  @Override
  public String toString() {
    return fields.stream().map(HttpField::name).toList().toString();
  }
}
