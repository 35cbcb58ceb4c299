// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.ExtensionList.Extension;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a decorator has left of a message of our own, before it is sent: the fields that make
 * the handshake stand there once and mean what they meant, and those that say where a message ends
 * do not lie. What one side doubles, two parsers understand differently.
 *
 * <p>The first fault is kept. What may be chosen freely, such as a sub-protocol, is read back from
 * what is sent.
 */
final class SentFields {
  private final String decorator;
  private final HttpFields fields;
  private @Nullable Violation violation;

  SentFields(String decorator, HttpFields fields) {
    this.decorator = decorator;
    this.fields = fields;
  }

  /** Returns the first fault, or null. */
  @Nullable Violation violation() {
    return violation;
  }

  /** Wants a field once. */
  SentFields once(String name) {
    return fields.contains(name)
        ? atMostOnce(name)
        : refuse("removed " + name + ", which belongs to the handshake");
  }

  /** Wants a field once or not at all. */
  SentFields atMostOnce(String name) {
    return fields.all(name).size() > 1
        ? refuse("doubled " + name + ": " + quoted(fields.all(name)) + "; set() replaces a field")
        : this;
  }

  /** Wants a field once, with a certain value. */
  SentFields onceWith(String name, String value) {
    once(name);
    return value.equals(fields.first(name))
        ? this
        : refuse("changed " + name + " to " + quoted(fields.all(name)) + " from \"" + value + '"');
  }

  /** Wants a list to have an element, in one line. */
  SentFields onceWithToken(String name, String token) {
    once(name);
    return fields.containsToken(name, token)
        ? this
        : refuse("took " + token + " out of " + name + ": " + quoted(fields.all(name)));
  }

  /** Wants no field of that name. */
  SentFields never(String name) {
    return fields.contains(name)
        ? refuse(
            "added " + name + ": " + quoted(fields.all(name)) + ", and the message has no body")
        : this;
  }

  /** Wants {@code Host} to be one. */
  SentFields host() {
    once("Host");
    String host = fields.first("Host");
    return host == null || Authority.parse(host) == null
        ? refuse("made Host " + quoted(fields.all("Host")) + ", which is not of the form name:port")
        : this;
  }

  /** Wants {@code Sec-WebSocket-Key} to be one. */
  SentFields key() {
    once("Sec-WebSocket-Key");
    String key = fields.first("Sec-WebSocket-Key");
    return key == null || !HandshakeKey.isValid(key)
        ? refuse("made Sec-WebSocket-Key one that is not 16 bytes in base64")
        : this;
  }

  /** Wants at most one sub-protocol, of those that the peer offers. */
  SentFields subprotocolOf(List<String> offered) {
    atMostOnce("Sec-WebSocket-Protocol");
    String chosen = fields.first("Sec-WebSocket-Protocol");
    return chosen == null || offered.contains(chosen)
        ? this
        : refuse(
            "answers the sub-protocol \""
                + chosen
                + "\", and the client offers "
                + quoted(offered));
  }

  /** Wants sub-protocols to be tokens. */
  SentFields subprotocols(List<String> offered) {
    for (String subprotocol : offered) {
      if (!Token.isToken(subprotocol)) {
        return refuse("offers the sub-protocol \"" + subprotocol + "\", which is no token");
      }
    }
    return this;
  }

  /** Wants extensions to be well-formed. */
  SentFields extensions() {
    List<String> values = fields.all("Sec-WebSocket-Extensions");
    return ExtensionList.parse(values) == null
        ? refuse("made Sec-WebSocket-Extensions malformed: " + quoted(values))
        : this;
  }

  /** Wants extensions to be ones that this server can do and the client offers. */
  SentFields extensionsOf(List<Extension> offers, @Nullable DeflateOptions deflate) {
    extensions();
    boolean answered = false;
    for (Extension extension : ExtensionList.of(fields)) {
      if (!DeflateNegotiation.isDeflate(extension)) {
        return refuse("answers the extension " + extension.name() + ", which this side cannot do");
      }
      if (deflate == null) {
        return refuse(
            "answers the extension "
                + extension.name()
                + "; it is WebSocketOptions.withDeflate that switches it on");
      }
      if (answered || !DeflateNegotiation.isAnswer(offers, extension, deflate)) {
        return refuse(
            "answers the extension with "
                + quoted(fields.all("Sec-WebSocket-Extensions"))
                + ", which fits no offer of the client or not this side's engine");
      }
      answered = true;
    }
    return this;
  }

  private SentFields refuse(String what) {
    if (violation == null) {
      violation =
          new Violation(WebSocketError.DECORATOR_FAILED, "the " + decorator + " decorator " + what);
    }
    return this;
  }

  /** Returns texts so that one with a comma can be told from two. */
  static String quoted(List<String> texts) {
    return texts.stream()
        .collect(Collectors.joining("\", \"", "[\"", "\"]"))
        .replace("[\"\"]", "[]");
  }
}
