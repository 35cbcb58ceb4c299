// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.util.Objects;

/**
 * Who a client is for a proxy. They are sent to the proxy only, and shown nowhere: {@link
 * #toString} has neither the password nor the name, which for some proxies is a secret, too.
 *
 * <p>Immutable. The password stays in memory for as long as this does.
 */
public final class ProxyCredentials {
  private final String user;
  private final String password;

  private ProxyCredentials(String user, String password) {
    this.user = user;
    this.password = password;
  }

  /**
   * Makes credentials.
   *
   * @param user the name
   * @param password the password; may be empty
   * @throws IllegalArgumentException if the name is empty, or one of them has a control character
   */
  public static ProxyCredentials of(String user, String password) {
    requirePrintable("user name", user);
    requirePrintable("password", password);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("the user name for a proxy is empty");
    }
    return new ProxyCredentials(user, password);
  }

  /**
   * Makes credentials of a name alone, as {@link Socks4a} has them.
   *
   * @param user the name
   * @throws IllegalArgumentException if it is empty or has a control character
   */
  public static ProxyCredentials user(String user) {
    return of(user, "");
  }

  private static void requirePrintable(String what, String text) {
    for (int i = 0; i < Objects.requireNonNull(text, what).length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw new IllegalArgumentException(
            "the " + what + " for a proxy has a control character at index " + i);
      }
    }
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProxyCredentials that
        && user.equals(that.user)
        && password.equals(that.password);
  }

  @Override
  public int hashCode() {
    return Objects.hash(user, password);
  }

  /** Shows that there are some, and nothing of them. */
  @Override
  public String toString() {
    return "ProxyCredentials[hidden]";
  }
}
