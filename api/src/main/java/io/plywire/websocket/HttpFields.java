// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.Token;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a handshake message, in order. Names are compared without regard to case; a
 * name may occur more than once.
 *
 * <p>No field can be put in that would change the shape of the message: names must be tokens, and
 * values are free of line breaks and other control characters. A value that comes from a stranger
 * is therefore safe to add; it may throw, but cannot smuggle in a second field.
 *
 * {@snippet :
 * fields.set("User-Agent", "probe/1.0").add("Cookie", "session=" + id);
 * }
 *
 * <p>Mutable and not thread-safe. {@link #toString()} hides the values of fields that carry
 * credentials.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5">RFC 9110 §5, Fields</a>
 */
public final class HttpFields implements Iterable<HttpFields.Field> {

  private static final Set<String> SECRETS =
      Set.of("authorization", "cookie", "proxy-authorization", "set-cookie");

  private final List<Field> fields = new ArrayList<>();

  /** Makes a collection without fields. */
  public HttpFields() {}

  /**
   * One field line.
   *
   * @param name a token, in the case in which it was given
   * @param value without leading and trailing white space; characters up to U+00FF
   */
  public record Field(String name, String value) {

    /**
     * Makes a field, trimming the value.
     *
     * @throws IllegalArgumentException if {@code name} is no token, or {@code value} holds a
     *     control character other than a tab, or a character beyond U+00FF
     */
    public Field {
      requireToken(name);
      value = trim(Objects.requireNonNull(value, "value"));
      requireFieldValue(name, value);
    }

    /** Prints the field line; the value is hidden if the field carries credentials. */
    @Override
    public String toString() {
      boolean secret = SECRETS.contains(name.toLowerCase(Locale.ROOT));
      return name + ": " + (secret ? "***" : value);
    }
  }

  /**
   * Adds a field at the end, whether or not there are others of that name.
   *
   * @param name a token
   * @param value the value; white space around it is dropped
   * @return this
   * @throws IllegalArgumentException if name or value cannot stand in a message
   */
  public HttpFields add(String name, String value) {
    fields.add(new Field(name, value));
    return this;
  }

  /**
   * Makes {@code value} the only value of {@code name}. The field takes the place of the first one
   * of that name, or stands at the end if there was none.
   *
   * @param name a token
   * @param value the value; white space around it is dropped
   * @return this
   * @throws IllegalArgumentException if name or value cannot stand in a message; nothing is changed
   */
  public HttpFields set(String name, String value) {
    Field field = new Field(name, value);
    int at = indexOf(name, 0);
    if (at < 0) {
      fields.add(field);
      return this;
    }
    fields.set(at, field);
    for (int next; (next = indexOf(name, at + 1)) >= 0; ) {
      fields.remove(next);
    }
    return this;
  }

  /**
   * Removes all fields of that name.
   *
   * @param name the name, in any case
   * @return whether there were any
   */
  public boolean remove(String name) {
    Objects.requireNonNull(name, "name");
    return fields.removeIf(field -> field.name().equalsIgnoreCase(name));
  }

  /**
   * Returns the first value of that name.
   *
   * @param name the name, in any case
   * @return the value, or null if there is no such field
   */
  public @Nullable String first(String name) {
    int at = indexOf(name, 0);
    return at < 0 ? null : fields.get(at).value();
  }

  /**
   * Returns all values of that name.
   *
   * @param name the name, in any case
   * @return the values in order, as a copy; empty if there is no such field
   */
  public List<String> all(String name) {
    int at = indexOf(name, 0);
    if (at < 0) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    for (; at >= 0; at = indexOf(name, at + 1)) {
      values.add(fields.get(at).value());
    }
    return List.copyOf(values);
  }

  /**
   * Tells whether there is a field of that name.
   *
   * @param name the name, in any case
   * @return true if there is at least one, be its value empty
   */
  public boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /**
   * Tells whether a field that is a comma-separated list has a certain element, over all lines of
   * that name.
   *
   * @param name the name, in any case
   * @param token the element, in any case
   * @return true if one element equals {@code token}
   */
  public boolean containsToken(String name, String token) {
    Objects.requireNonNull(token, "token");
    for (int at = indexOf(name, 0); at >= 0; at = indexOf(name, at + 1)) {
      for (String element : fields.get(at).value().split(",", -1)) {
        if (trim(element).equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns the number of field lines.
   *
   * @return the number, repeated names counted each time
   */
  public int size() {
    return fields.size();
  }

  /**
   * Tells whether there are no fields.
   *
   * @return true if {@link #size()} is 0
   */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /**
   * Returns an independent copy.
   *
   * @return new fields, equal in order and content
   */
  public HttpFields copy() {
    HttpFields copy = new HttpFields();
    copy.fields.addAll(fields);
    return copy;
  }

  /**
   * Iterates over the field lines in order.
   *
   * @return an iterator that cannot remove; it fails if the fields are changed meanwhile
   */
  @Override
  public Iterator<Field> iterator() {
    Iterator<Field> lines = fields.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public Field next() {
        return lines.next();
      }
    };
  }

  /** Prints the fields in order; values that carry credentials are hidden. */
  @Override
  public String toString() {
    return fields.toString();
  }

  private int indexOf(String name, int from) {
    Objects.requireNonNull(name, "name");
    for (int i = from; i < fields.size(); i++) {
      if (fields.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private static void requireToken(String name) {
    if (!Token.isToken(name)) {
      throw new IllegalArgumentException("field name \"" + printable(name) + "\" is not a token");
    }
  }

  private static void requireFieldValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      // Beyond U+00FF a char would lose its upper byte on the wire: U+010A becomes a line feed.
      if ((c < 0x20 && c != '\t') || c == 0x7F || c > 0xFF) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "value of field %s has the illegal character U+%04X at index %d",
                name,
                (int) c,
                i));
      }
    }
  }

  /** Drops spaces and tabs at both ends: the white space that RFC 9110 §5.6.3 calls optional. */
  private static String trim(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && isSpace(value.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(value.charAt(to - 1))) {
      to--;
    }
    return value.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static String printable(String text) {
    StringBuilder printed = new StringBuilder();
    text.chars().limit(64).forEach(c -> printed.append(c >= 0x20 && c < 0x7F ? (char) c : '?'));
    return printed.toString();
  }
}
