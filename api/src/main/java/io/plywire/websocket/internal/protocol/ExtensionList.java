// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Sec-WebSocket-Extensions} (RFC 6455 §9.1). It knows the grammar; what a parameter
 * means, and whether it may occur twice, only the extension knows.
 */
public final class ExtensionList {

  private final String text;
  private int at;

  private ExtensionList(String text) {
    this.text = text;
  }

  /**
   * One offer, or one answer.
   *
   * @param name the registered token, such as {@code permessage-deflate}
   * @param parameters in order; names may repeat
   */
  public record Extension(String name, List<Parameter> parameters) {}

  /**
   * One parameter of an extension.
   *
   * @param name a token
   * @param value a token, its quotes removed, or null if the parameter is a bare name
   */
  public record Parameter(String name, @Nullable String value) {}

  /**
   * Parses all lines of the field as one list.
   *
   * @param values the values of the lines, in order
   * @return the extensions in order, or null if a value breaks the grammar
   */
  public static @Nullable List<Extension> parse(List<String> values) {
    List<Extension> extensions = new ArrayList<>();
    for (String value : values) {
      if (!new ExtensionList(value).list(extensions)) {
        return null;
      }
    }
    return extensions;
  }

  /** Returns the extensions in the fields of a message; none if the grammar is broken. */
  public static List<Extension> of(HttpFields fields) {
    List<Extension> parsed = parse(fields.all("Sec-WebSocket-Extensions"));
    return parsed == null ? List.of() : parsed;
  }

  /** {@code 1#extension}; empty elements are forgiven, as RFC 9110 §5.6.1.2 asks of recipients. */
  private boolean list(List<Extension> extensions) {
    do {
      skipSpace();
      if (at < text.length() && text.charAt(at) != ',') {
        Extension extension = extension();
        if (extension == null) {
          return false;
        }
        extensions.add(extension);
      }
    } while (skip(','));
    return at == text.length();
  }

  /** {@code token *( ";" parameter )}. */
  private @Nullable Extension extension() {
    String name = token();
    if (name == null) {
      return null;
    }
    List<Parameter> parameters = new ArrayList<>();
    while (skip(';')) {
      Parameter parameter = parameter();
      if (parameter == null) {
        return null;
      }
      parameters.add(parameter);
    }
    return new Extension(name, List.copyOf(parameters));
  }

  /** {@code token [ "=" ( token | quoted-string ) ]}. */
  private @Nullable Parameter parameter() {
    skipSpace();
    String name = token();
    if (name == null) {
      return null;
    }
    if (!skip('=')) {
      return new Parameter(name, null);
    }
    skipSpace();
    String value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
    return value == null ? null : new Parameter(name, value);
  }

  private @Nullable String token() {
    int from = at;
    while (at < text.length() && Token.isTokenChar(text.charAt(at))) {
      at++;
    }
    return at == from ? null : text.substring(from, at);
  }

  /** A quoted token: what is left without quotes and backslashes must be a token (§9.1). */
  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return Token.isToken(value.toString()) ? value.toString() : null;
      }
      if (c == '\\' && ++at < text.length()) {
        c = text.charAt(at);
      }
      value.append(c);
    }
    return null;
  }

  /** Skips white space and, if it is next, {@code c}. */
  private boolean skip(char c) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }
}
