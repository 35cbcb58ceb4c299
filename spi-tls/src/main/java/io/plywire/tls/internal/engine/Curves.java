// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;

/** Elliptic curves, which stand in a module of their own before Java 22: images may be without. */
final class Curves {
  /** What to say where {@link #areThere} is false. */
  static final String REMEDY =
      "this Java has no elliptic curves; add the module jdk.crypto.ec to it (jlink --add-modules"
          + " jdk.crypto.ec)";

  private Curves() {}

  /** Returns whether the JDK, or a provider that is registered, has them. */
  static boolean areThere() {
    try {
      KeyFactory.getInstance("EC");
      return true;
    } catch (NoSuchAlgorithmException e) {
      return false;
    }
  }
}
