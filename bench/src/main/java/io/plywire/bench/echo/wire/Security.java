// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether connections are encrypted, and by which engine of the server's. */
public enum Security {
  NONE,
  JDK,
  CONSCRYPT,
  BOUNCYCASTLE,
  /** Netty's own. */
  TCNATIVE,
  /** That of servers without a JVM. */
  OPENSSL;

  /**
   * Returns what a floor is measured with beside this: the same engine, or its nearest relative.
   */
  public Security ofFloor() {
    // Conscrypt and Netty's own are BoringSSL, which comes from OpenSSL.
    return this == TCNATIVE || this == OPENSSL ? CONSCRYPT : this;
  }

  /** Returns how plywire and the floors set up their engine, or null if there is none. */
  public @Nullable TlsSetup server() {
    return this == NONE ? null : TlsSetup.server(toString(), TlsSetup.certificate());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
