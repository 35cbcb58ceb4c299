// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy wants to have it proven who the client is. It counts its answers, since a nonce is
 * used for several connections.
 *
 * <p>Thread safety: any thread may use it.
 */
final class Challenge {
  static final String BASIC = "basic";
  static final String DIGEST = "digest";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String scheme;
  private final Map<String, String> parameters;
  private final String clientNonce = randomText();
  private final AtomicInteger answers = new AtomicInteger();

  /**
   * Makes one.
   *
   * @param scheme its name, as it was written
   * @param parameters with names in lower case
   */
  Challenge(String scheme, Map<String, String> parameters) {
    this.scheme = scheme;
    this.parameters = Map.copyOf(parameters);
  }

  /** Makes what asks for Basic, where nobody has asked. */
  static Challenge basic() {
    return new Challenge("Basic", Map.of());
  }

  private static String randomText() {
    byte[] bytes = new byte[18];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Returns the strongest one that can be answered, the first of several; null if there is none.
   */
  static @Nullable Challenge strongest(List<Challenge> offered) {
    Challenge strongest = null;
    for (Challenge each : offered) {
      if (each.strength() > (strongest == null ? 0 : strongest.strength())) {
        strongest = each;
      }
    }
    return strongest;
  }

  /** Names the schemes, for messages. */
  static String names(List<Challenge> offered) {
    return offered.isEmpty()
        ? "no scheme at all"
        : offered.stream().map(Challenge::toString).distinct().collect(Collectors.joining(", "));
  }

  /** Returns 0 for what cannot be answered. */
  private int strength() {
    if (is(BASIC)) {
      return 1;
    }
    DigestHash hash = hash();
    if (!is(DIGEST) || hash == null || !hash.isThere()) {
      return 0;
    }
    boolean whole = parameter("realm") != null && parameter("nonce") != null;
    return whole && (parameter("qop") == null || hasQop()) ? hash.strength() : 0;
  }

  boolean is(String name) {
    return scheme.equalsIgnoreCase(name);
  }

  /** Returns whether all that was wrong with the last answer was the age of its nonce. */
  boolean isStale() {
    return "true".equalsIgnoreCase(parameter("stale"));
  }

  @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  private @Nullable DigestHash hash() {
    String name = parameter("algorithm");
    return DigestHash.named(name == null ? "MD5" : name);
  }

  private boolean hasQop() {
    String qop = parameter("qop");
    return qop != null
        && Arrays.stream(qop.toLowerCase(Locale.ROOT).split(",", -1))
            .anyMatch(each -> each.strip().equals("auth"));
  }

  /**
   * Returns the value of the field that answers it, which is a secret.
   *
   * @param credentials who the client is
   * @param method of the request
   * @param uri what is asked for
   */
  String answer(ProxyCredentials credentials, String method, String uri) {
    if (is(BASIC)) {
      return BasicAnswer.of(credentials);
    }
    DigestHash hash = hash();
    if (hash == null) {
      throw new IllegalStateException("there is no answer to " + this);
    }
    return new DigestAnswer(this, hash, hasQop(), clientNonce, answers.incrementAndGet())
        .of(credentials, method, uri);
  }

  /** Shows the scheme, and the algorithm where there is one. */
  @Override
  public String toString() {
    String algorithm = parameter("algorithm");
    return HttpField.shown(algorithm == null ? scheme : scheme + " " + algorithm);
  }
}
