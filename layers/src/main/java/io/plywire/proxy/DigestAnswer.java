// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer of Digest (RFC 7616, section 3.4), with {@code auth} for its quality of protection, or
 * without any as RFC 2069 has it. What the proxy said is given back byte by byte; name and password
 * are in UTF-8.
 *
 * @param challenge has a realm and a nonce
 * @param hash the algorithm
 * @param hasQop whether the proxy offers {@code auth}
 * @param clientNonce one for all answers to the challenge, as the algorithms of sessions need it
 * @param count which answer to the challenge this is, from 1 on
 */
record DigestAnswer(
    Challenge challenge, DigestHash hash, boolean hasQop, String clientNonce, int count) {

  String of(ProxyCredentials credentials, String method, String uri) {
    byte[] user = credentials.user().getBytes(UTF_8);
    byte[] realm = bytes(challenge.parameter("realm"));
    byte[] nonce = bytes(challenge.parameter("nonce"));
    byte[] own = bytes(clientNonce);
    String counted = String.format(Locale.ROOT, "%08x", count);
    String secret = hash.of(user, realm, credentials.password().getBytes(UTF_8));
    if (hash.isOfSession()) {
      secret = hash.of(bytes(secret), nonce, own);
    }
    byte[] request = bytes(hash.of(bytes(method), bytes(uri)));
    String response =
        hasQop
            ? hash.of(bytes(secret), nonce, bytes(counted), own, bytes("auth"), request)
            : hash.of(bytes(secret), nonce, request);

    StringBuilder text = new StringBuilder("Digest ");
    boolean hashed = "true".equalsIgnoreCase(challenge.parameter("userhash"));
    if (hashed) {
      quoted(text, "username", hash.of(user, realm));
    } else if (credentials.user().chars().allMatch(c -> c < 0x80)) {
      quoted(text, "username", credentials.user());
    } else {
      text.append("username*=UTF-8''").append(percentEncoded(user)).append(", ");
    }
    quoted(text, "realm", challenge.parameter("realm"));
    quoted(text, "nonce", challenge.parameter("nonce"));
    quoted(text, "uri", uri);
    if (challenge.parameter("algorithm") != null) {
      text.append("algorithm=").append(hash.wireName()).append(", ");
    }
    if (challenge.parameter("opaque") != null) {
      quoted(text, "opaque", challenge.parameter("opaque"));
    }
    if (hasQop) {
      text.append("qop=auth, nc=").append(counted).append(", ");
    }
    if (hasQop || hash.isOfSession()) {
      quoted(text, "cnonce", clientNonce);
    }
    if (hashed) {
      text.append("userhash=true, ");
    }
    return text.append("response=\"").append(response).append('"').toString();
  }

  /** What a head holds is one byte for each character. */
  private static byte[] bytes(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(ISO_8859_1);
  }

  private static void quoted(StringBuilder text, String name, @Nullable String value) {
    String escaped = value == null ? "" : value.replace("\\", "\\\\").replace("\"", "\\\"");
    text.append(name).append("=\"").append(escaped).append("\", ");
  }

  /** RFC 8187, section 3.2.1. */
  private static String percentEncoded(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      char c = (char) (each & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return text.toString();
  }
}
