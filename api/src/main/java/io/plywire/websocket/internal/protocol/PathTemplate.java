// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path, pieces of which may have a name instead of a text: {@code /rooms/{room}}. Paths are taken
 * apart before they are decoded, so that an encoded slash separates nothing.
 */
public final class PathTemplate {
  private record Piece(String text, boolean named) {
    boolean fits(String raw) {
      return named ? !raw.isEmpty() : RequestTarget.decode(raw).equals(text);
    }
  }

  private final String given;
  private final List<Piece> pieces;

  private PathTemplate(String given, List<Piece> pieces) {
    this.given = given;
    this.pieces = pieces;
  }

  /**
   * Parses a template.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static PathTemplate of(String template) {
    if (!template.startsWith("/")) {
      throw new IllegalArgumentException("'" + template + "' does not begin with a slash");
    }
    List<Piece> pieces = new ArrayList<>();
    for (String piece : split(template)) {
      boolean named = piece.startsWith("{") && piece.endsWith("}") && piece.length() > 2;
      String text = named ? piece.substring(1, piece.length() - 1) : piece;
      if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
        throw new IllegalArgumentException(
            "'" + template + "': braces go around a whole piece, and around a name");
      }
      if (named && pieces.contains(new Piece(text, true))) {
        throw new IllegalArgumentException("'" + template + "' has the name " + text + " twice");
      }
      pieces.add(new Piece(text, named));
    }
    return new PathTemplate(template, List.copyOf(pieces));
  }

  private static String[] split(String path) {
    return path.substring(1).split("/", -1);
  }

  /** Tells whether it fits one path only. */
  public boolean isExact() {
    return pieces.stream().noneMatch(Piece::named);
  }

  /** Tells whether both fit the same paths. */
  public boolean fitsTheSameAs(PathTemplate other) {
    return shape().equals(other.shape());
  }

  private List<String> shape() {
    return pieces.stream().map(piece -> piece.named() ? "{}" : piece.text()).toList();
  }

  /**
   * Fits a path.
   *
   * @param rawPath as it was sent
   * @return the values of the names, decoded; null if it does not fit
   */
  public @Nullable Map<String, String> match(String rawPath) {
    String[] parts = split(rawPath);
    if (parts.length != pieces.size()) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < parts.length; i++) {
      Piece piece = pieces.get(i);
      if (!piece.fits(parts[i])) {
        return null;
      }
      if (piece.named()) {
        values.put(piece.text(), RequestTarget.decode(parts[i]));
      }
    }
    return values;
  }

  @Override
  public String toString() {
    return given;
  }
}
