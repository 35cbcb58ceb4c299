// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.Trust;

/** Builds the configuration of the side that connects. */
public final class TlsClientConfigBuilder extends TlsConfigBuilder<TlsClientConfigBuilder> {
  TlsClientConfigBuilder() {
    super(Role.CLIENT);
  }

  @Override
  TlsClientConfigBuilder self() {
    return this;
  }

  /**
   * Checks that the server's certificate is for the host that the connection is meant for (RFC
   * 9525); on by default. Without it anyone with any trusted certificate can pose as the server.
   *
   * @param verify whether
   */
  public TlsClientConfigBuilder verifyHostName(boolean verify) {
    values.verifyHostName = verify;
    return this;
  }

  /**
   * Accepts any certificate for any name. Only for experiments: anyone on the way can read and
   * change everything.
   */
  public TlsClientConfigBuilder insecure() {
    return verifyHostName(false).trustManager(Trust.anyone());
  }

  @Override
  void check() {}
}
