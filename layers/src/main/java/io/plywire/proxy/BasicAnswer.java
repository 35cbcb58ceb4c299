// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** Basic (RFC 7617): name and password as they are, in UTF-8. */
final class BasicAnswer {
  private BasicAnswer() {}

  /** Returns whether the two can be told apart again. */
  static boolean fits(ProxyCredentials credentials) {
    return credentials.user().indexOf(':') < 0;
  }

  static String of(ProxyCredentials credentials) {
    byte[] both = (credentials.user() + ":" + credentials.password()).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }
}
