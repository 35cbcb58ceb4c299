// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.ExtensionList.Extension;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of the opening handshake (RFC 6455 §4.1): one request and the judgement of its
 * answer, extensions included.
 */
public final class ClientHandshake {

  private final UpgradeRequest request;
  private final @Nullable DeflateOptions deflate;
  private @Nullable DeflateParameters agreed;

  /**
   * Makes the handshake of one connection.
   *
   * @param target path and query; begins with a slash
   * @param host the value of the {@code Host} field, with the port unless it is the default
   * @param key see {@link HandshakeKey#random()}
   * @param subprotocols what to offer, best first; may be empty
   * @param deflate what to offer of permessage-deflate, or null for nothing
   * @throws IllegalArgumentException if an argument cannot stand in a request
   */
  public ClientHandshake(
      String target,
      String host,
      String key,
      List<String> subprotocols,
      @Nullable DeflateOptions deflate) {
    requireTarget(target);
    requireHost(host);
    requireSubprotocols(subprotocols);
    request = UpgradeRequest.get(target);
    request
        .fields()
        .add("Host", withoutZone(host))
        .add("Upgrade", "websocket")
        .add("Connection", "Upgrade")
        .add("Sec-WebSocket-Key", key)
        .add("Sec-WebSocket-Version", "13");
    if (!subprotocols.isEmpty()) {
      request.fields().add("Sec-WebSocket-Protocol", String.join(", ", subprotocols));
    }
    this.deflate = deflate;
    if (deflate != null) {
      request.fields().add("Sec-WebSocket-Extensions", DeflateNegotiation.offer(deflate));
    }
  }

  /** Returns the request, whose fields a decorator may change before it is encoded. */
  public UpgradeRequest request() {
    return request;
  }

  /**
   * Judges the request as a decorator has left it.
   *
   * @return null if it can be sent
   */
  public @Nullable Violation validateRequest() {
    SentFields sent =
        new SentFields("request", request.fields())
            .host()
            .onceWithToken("Upgrade", "websocket")
            .onceWithToken("Connection", "upgrade")
            .key()
            .once("Sec-WebSocket-Version")
            .never("Transfer-Encoding")
            .subprotocols(ServerHandshake.subprotocols(request))
            .extensions();
    return request.fields().contains("Content-Length")
        ? sent.onceWith("Content-Length", "0").violation()
        : sent.violation();
  }

  /** Returns the bytes of the request, ready to be read. */
  public ByteBuffer encode() {
    return HttpHead.encode(request);
  }

  /**
   * Tells whether a response is only an interim one, such as 103 (Early Hints), and the answer
   * proper follows it (RFC 9110 §15.2).
   */
  public static boolean isInterim(UpgradeResponse response) {
    return response.status() < 200 && response.status() != 101;
  }

  /**
   * Judges the answer to the request as it was sent, a decorator's changes included. The order of
   * the checks is part of the contract.
   *
   * @return null if the server agreed
   */
  public @Nullable Violation validate(UpgradeResponse response) {
    HttpFields fields = response.fields();
    if (response.status() != 101) {
      return violation(
          WebSocketError.UPGRADE_DECLINED,
          String.format(
              Locale.ROOT, "status %d %s instead of 101", response.status(), response.reason()));
    }
    if (!response.version().equals(HttpHead.HTTP_1_1)) {
      return violation(
          WebSocketError.BAD_HTTP_VERSION, response.version() + " instead of " + HttpHead.HTTP_1_1);
    }
    Violation upgrade = Upgrade.validate(fields);
    if (upgrade != null) {
      return upgrade;
    }
    Violation accept = validateAccept(fields);
    if (accept != null) {
      return accept;
    }
    Violation extensions = validateExtensions(fields);
    return extensions != null ? extensions : validateSubprotocol(fields);
  }

  /** Returns the sub-protocol that a valid response chose, or null. */
  public static @Nullable String subprotocol(UpgradeResponse response) {
    return response.fields().first("Sec-WebSocket-Protocol");
  }

  private @Nullable Violation validateAccept(HttpFields fields) {
    List<String> found = fields.all("Sec-WebSocket-Accept");
    if (found.isEmpty()) {
      return violation(WebSocketError.NO_SEC_ACCEPT, "no Sec-WebSocket-Accept field");
    }
    String key = request.fields().first("Sec-WebSocket-Key");
    String expected = HandshakeKey.accept(key == null ? "" : key);
    // RFC 6455 §11.3.3: the field appears once.
    if (found.size() > 1 || !found.get(0).equals(expected)) {
      return violation(
          WebSocketError.BAD_SEC_ACCEPT,
          String.format(Locale.ROOT, "Sec-WebSocket-Accept is %s instead of %s", found, expected));
    }
    return null;
  }

  private @Nullable Violation validateExtensions(HttpFields fields) {
    List<String> values = fields.all("Sec-WebSocket-Extensions");
    List<Extension> extensions = ExtensionList.parse(values);
    if (extensions == null) {
      return violation(
          WebSocketError.BAD_EXTENSION, "Sec-WebSocket-Extensions is malformed: " + values);
    }
    List<Extension> offers = ExtensionList.of(request.fields());
    for (Extension extension : extensions) {
      if (deflate == null
          || !DeflateNegotiation.isDeflate(extension)
          || offers.stream().noneMatch(DeflateNegotiation::isDeflate)) {
        return violation(
            WebSocketError.UNEXPECTED_EXTENSION,
            String.format(
                Locale.ROOT,
                "extension %s, offered were %s",
                extension.name(),
                request.fields().all("Sec-WebSocket-Extensions")));
      }
      if (agreed != null) {
        return violation(WebSocketError.BAD_EXTENSION, "the extension stands twice: " + values);
      }
      DeflateNegotiation.Judgement judgement = DeflateNegotiation.judge(offers, extension, deflate);
      agreed = judgement.agreed();
      if (agreed == null) {
        return violation(
            WebSocketError.BAD_EXTENSION,
            String.format(
                Locale.ROOT,
                "%s: %s; offered were %s",
                judgement.wrong(),
                values,
                request.fields().all("Sec-WebSocket-Extensions")));
      }
    }
    return null;
  }

  /** Returns what a valid response agreed on for permessage-deflate, or null for nothing. */
  public @Nullable DeflateParameters deflate() {
    return agreed;
  }

  private @Nullable Violation validateSubprotocol(HttpFields fields) {
    List<String> chosen = fields.all("Sec-WebSocket-Protocol");
    if (chosen.isEmpty()) {
      return null;
    }
    List<String> offered = ServerHandshake.subprotocols(request);
    // RFC 6455 §11.3.4: a response has one value; case matters.
    if (chosen.size() > 1 || !offered.contains(chosen.get(0))) {
      return violation(
          WebSocketError.UNEXPECTED_SUBPROTOCOL,
          String.format(
              Locale.ROOT,
              "sub-protocol %s, offered were %s",
              SentFields.quoted(chosen),
              SentFields.quoted(offered)));
    }
    return null;
  }

  private static void requireTarget(String target) {
    // RFC 6455 §3: a fragment has no meaning for a WebSocket.
    if (!target.startsWith("/") || target.indexOf('#') >= 0) {
      throw new IllegalArgumentException(
          "target must begin with a slash and have no fragment: " + target);
    }
  }

  private static void requireHost(String host) {
    if (Authority.parse(host) == null) {
      throw new IllegalArgumentException(
          "host '"
              + host
              + "' is not of the form name:port in ASCII; Endpoint.hostField() makes one");
    }
  }

  /** A zone means something on this machine only (RFC 6874 §4). */
  private static String withoutZone(String host) {
    int zone = host.indexOf('%');
    return host.startsWith("[") && zone > 0
        ? host.substring(0, zone) + host.substring(host.indexOf(']'))
        : host;
  }

  private static void requireSubprotocols(List<String> subprotocols) {
    for (String subprotocol : subprotocols) {
      if (!Token.isToken(subprotocol)) {
        throw new IllegalArgumentException("sub-protocol is not a token: " + subprotocol);
      }
    }
    if (Set.copyOf(subprotocols).size() < subprotocols.size()) {
      throw new IllegalArgumentException("sub-protocols repeat: " + subprotocols);
    }
  }

  private static Violation violation(WebSocketError error, String detail) {
    return new Violation(error, detail);
  }
}
