// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.HostNames;
import java.util.Objects;

/** Builds the configuration of the side that accepts. */
public final class TlsServerConfigBuilder extends TlsConfigBuilder<TlsServerConfigBuilder> {
  TlsServerConfigBuilder() {
    super(Role.SERVER);
  }

  @Override
  TlsServerConfigBuilder self() {
    return this;
  }

  /**
   * Adds a certificate for clients that ask for a name, before those that have the name in their
   * certificate. An exact name goes before a pattern.
   *
   * @param name such as {@code chat.example.com}, or {@code *.example.com} for any one label
   * @param identity certificate chain and key
   */
  public TlsServerConfigBuilder identity(String name, TlsIdentity identity) {
    Objects.requireNonNull(identity, "identity");
    String pattern = HostNames.pattern(name);
    if (pattern == null) {
      throw new TlsConfigException(
          "server name '" + name + "' is neither a host name nor a pattern such as *.example.com");
    }
    name(pattern, identity);
    return identity(identity);
  }

  /**
   * Asks clients for certificates; not by default. Whom to trust must be said as well.
   *
   * @param auth whether, and whether one is required
   */
  public TlsServerConfigBuilder clientAuth(ClientAuth auth) {
    values.clientAuth = Objects.requireNonNull(auth, "auth");
    return this;
  }

  @Override
  void check() {
    if (values.identities.isEmpty() && values.keyManager == null) {
      throw new TlsConfigException(
          "a server needs a certificate: identity, keyStore or keyManager");
    }
    if (values.clientAuth != ClientAuth.NONE && values.trust == null) {
      throw new TlsConfigException(
          "client certificates are asked for, and nothing says whom to trust: give trust");
    }
  }
}
