// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.deflate.DeflateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of the opening handshake (RFC 6455 §4.2): the judgement of a request, and the
 * answers to it.
 */
public final class ServerHandshake {

  private static final String VERSION = "13";

  private ServerHandshake() {}

  /**
   * Judges a request. The origin is judged by {@link #sameOrigin}. The order of the checks is part
   * of the contract.
   *
   * @return null if the request may be upgraded
   */
  public static @Nullable Violation validate(UpgradeRequest request) {
    HttpFields fields = request.fields();
    if (!request.version().equals(HttpHead.HTTP_1_1)) {
      return violation(
          WebSocketError.BAD_HTTP_VERSION, request.version() + " instead of " + HttpHead.HTTP_1_1);
    }
    if (!request.method().equals("GET")) {
      return violation(WebSocketError.BAD_METHOD, request.method() + " instead of GET");
    }
    Violation target = validateTarget(request);
    if (target != null) {
      return target;
    }
    Violation host = validateHost(request);
    if (host != null) {
      return host;
    }
    Violation upgrade = Upgrade.validate(fields);
    if (upgrade != null) {
      return upgrade;
    }
    Violation key = validateKey(fields);
    if (key != null) {
      return key;
    }
    Violation version = validateVersion(fields);
    if (version != null) {
      return version;
    }
    Violation extensions = validateExtensions(fields);
    return extensions != null ? extensions : validateNoBody(fields);
  }

  /**
   * Puts the authority of a target in absolute form in the place of what the {@code Host} field of
   * a valid request says (RFC 9112 §3.2.2), so that nobody is misled by the latter.
   */
  public static void putAuthority(UpgradeRequest request) {
    String authority = request.authority();
    if (authority != null && !authority.equals(request.fields().first("Host"))) {
      request.fields().set("Host", authority);
    }
  }

  /**
   * Tells whether the request has no {@code Origin} field, or one that names the host it is sent
   * to. Browsers always send the field, and it is what protects their users from scripts of other
   * sites (RFC 6455 §10.2). Ports count, the scheme does not: TLS often ends before this server.
   */
  public static boolean sameOrigin(UpgradeRequest request) {
    List<String> origins = request.fields().all("Origin");
    if (origins.isEmpty()) {
      return true;
    }
    String host = request.authority();
    String origin = origins.get(0);
    int authority = origin.indexOf("://") + 3;
    if (origins.size() > 1 || host == null || authority < 3) {
      return false;
    }
    Authority from = Authority.parse(origin.substring(authority));
    Authority to = Authority.parse(host);
    if (from == null || to == null) {
      return false;
    }
    int defaultPort =
        switch (origin.substring(0, authority).toLowerCase(Locale.ROOT)) {
          case "http://" -> 80;
          case "https://" -> 443;
          default -> -1;
        };
    return defaultPort > 0
        && from.host().equals(to.host())
        && from.portOr(defaultPort) == to.portOr(defaultPort);
  }

  /** Returns what the client offers, best first. */
  public static List<String> subprotocols(UpgradeRequest request) {
    List<String> offered = new ArrayList<>();
    for (String value : request.fields().all("Sec-WebSocket-Protocol")) {
      for (String element : value.split(",", -1)) {
        String subprotocol = element.strip();
        if (!subprotocol.isEmpty()) {
          offered.add(subprotocol);
        }
      }
    }
    return offered;
  }

  /** Tells whether the client waits for a 100 (Continue) response first. */
  public static boolean expectsContinue(UpgradeRequest request) {
    return request.fields().containsToken("Expect", "100-continue");
  }

  /** Returns the 100 (Continue) response. */
  public static UpgradeResponse continueResponse() {
    return UpgradeResponse.of(100, "Continue");
  }

  /**
   * Returns the response that agrees to a valid request.
   *
   * @param request a request that {@link #validate} found right
   * @param subprotocol one that the client offered, or null
   * @param extensions the value of {@code Sec-WebSocket-Extensions}, or null for none
   * @throws IllegalArgumentException if the client did not offer {@code subprotocol}
   */
  public static UpgradeResponse accept(
      UpgradeRequest request, @Nullable String subprotocol, @Nullable String extensions) {
    String key = request.fields().first("Sec-WebSocket-Key");
    if (key == null) {
      throw new IllegalArgumentException("request without Sec-WebSocket-Key");
    }
    UpgradeResponse response = UpgradeResponse.of(101, "Switching Protocols");
    response
        .fields()
        .add("Upgrade", "websocket")
        .add("Connection", "Upgrade")
        .add("Sec-WebSocket-Accept", HandshakeKey.accept(key));
    if (subprotocol != null) {
      List<String> offered = subprotocols(request);
      if (!offered.contains(subprotocol)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "sub-protocol \"%s\", offered were %s",
                subprotocol,
                SentFields.quoted(offered)));
      }
      response.fields().add("Sec-WebSocket-Protocol", subprotocol);
    }
    if (extensions != null) {
      response.fields().add("Sec-WebSocket-Extensions", extensions);
    }
    return response;
  }

  /**
   * Judges a response that agrees, as a decorator has left it.
   *
   * @param request the request that is answered
   * @param deflate what this server can do of permessage-deflate, or null for nothing
   * @return null if it can be sent
   */
  public static @Nullable Violation validateAgreement(
      UpgradeRequest request, UpgradeResponse response, @Nullable DeflateOptions deflate) {
    String key = String.valueOf(request.fields().first("Sec-WebSocket-Key"));
    return new SentFields("response", response.fields())
        .onceWithToken("Upgrade", "websocket")
        .onceWithToken("Connection", "upgrade")
        .onceWith("Sec-WebSocket-Accept", HandshakeKey.accept(key))
        // RFC 9110 §8.6: there is no body, and what follows are frames.
        .never("Content-Length")
        .never("Transfer-Encoding")
        .subprotocolOf(subprotocols(request))
        .extensionsOf(ExtensionList.of(request.fields()), deflate)
        .violation();
  }

  /** Returns the sub-protocol that a response chose, or null. */
  public static @Nullable String subprotocol(UpgradeResponse response) {
    return response.fields().first("Sec-WebSocket-Protocol");
  }

  /**
   * Returns what tells the client why it is refused. The body names the error and quotes nothing of
   * the request.
   */
  public static Reply refusal(Violation violation) {
    int status = violation.error().httpStatus();
    Reply reply = Reply.text(status == 0 ? 400 : status, violation.error().description() + "\n");
    return violation.error() == WebSocketError.BAD_METHOD
        ? reply.with("Allow", "GET, HEAD") // RFC 9110 §15.5.6
        : reply;
  }

  static @Nullable Violation validateTarget(UpgradeRequest request) {
    // RFC 9112 §3.2: of the four forms two are for other methods, and none has a fragment.
    return request.rawPath().startsWith("/") && request.target().indexOf('#') < 0
        ? null
        : violation(
            WebSocketError.BAD_HTTP_MESSAGE,
            String.format(
                Locale.ROOT,
                "target '%s' is neither a path nor an absolute URI",
                request.rawPath()));
  }

  static @Nullable Violation validateHost(UpgradeRequest request) {
    List<String> hosts = request.fields().all("Host");
    if (hosts.isEmpty()) {
      return violation(WebSocketError.NO_HOST, "no Host field");
    }
    // RFC 9112 §3.2: exactly one, and a valid one.
    if (hosts.size() > 1 || Authority.parse(hosts.get(0)) == null) {
      return violation(WebSocketError.BAD_HTTP_MESSAGE, "Host is " + hosts);
    }
    String authority = request.authority();
    return authority == null || Authority.parse(authority) == null
        ? violation(WebSocketError.BAD_HTTP_MESSAGE, "the target names the host " + authority)
        : null;
  }

  private static @Nullable Violation validateKey(HttpFields fields) {
    List<String> keys = fields.all("Sec-WebSocket-Key");
    if (keys.isEmpty()) {
      return violation(WebSocketError.NO_SEC_KEY, "no Sec-WebSocket-Key field");
    }
    // RFC 6455 §11.3.1: the field appears once.
    if (keys.size() > 1 || !HandshakeKey.isValid(keys.get(0))) {
      return violation(WebSocketError.BAD_SEC_KEY, "Sec-WebSocket-Key is " + keys);
    }
    return null;
  }

  private static @Nullable Violation validateVersion(HttpFields fields) {
    List<String> versions = fields.all("Sec-WebSocket-Version");
    if (versions.isEmpty()) {
      return violation(WebSocketError.NO_SEC_VERSION, "no Sec-WebSocket-Version field");
    }
    if (versions.size() > 1 || !versions.get(0).equals(VERSION)) {
      return violation(
          WebSocketError.BAD_SEC_VERSION,
          String.format(
              Locale.ROOT, "Sec-WebSocket-Version is %s instead of %s", versions, VERSION));
    }
    return null;
  }

  private static @Nullable Violation validateExtensions(HttpFields fields) {
    List<String> values = fields.all("Sec-WebSocket-Extensions");
    // RFC 6455 §9.1: a value that breaks the grammar fails the connection.
    return ExtensionList.parse(values) != null
        ? null
        : violation(
            WebSocketError.BAD_EXTENSION, "Sec-WebSocket-Extensions is malformed: " + values);
  }

  static @Nullable Violation validateNoBody(HttpFields fields) {
    // A body would be taken for frames; a proxy in between may see it otherwise.
    boolean body =
        fields.contains("Transfer-Encoding")
            || fields.all("Content-Length").stream().anyMatch(length -> !length.equals("0"));
    return body
        ? violation(WebSocketError.BAD_HTTP_MESSAGE, "a request to upgrade has no body")
        : null;
  }

  private static Violation violation(WebSocketError error, String detail) {
    return new Violation(error, detail);
  }
}
