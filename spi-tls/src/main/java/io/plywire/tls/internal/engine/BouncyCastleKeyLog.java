// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** Writes the secrets of connections in the key log format of NSS, which packet analyzers read. */
final class BouncyCastleKeyLog {
  private final Consumer<String> sink;

  BouncyCastleKeyLog(Consumer<String> sink) {
    this.sink = sink;
  }

  /** Writes the secrets that the next keys are made of. */
  synchronized void log(TlsCrypto crypto, TlsCryptoParameters parameters) {
    SecurityParameters secrets = parameters.getSecurityParametersHandshake();
    String random = HexFormat.of().formatHex(secrets.getClientRandom());
    TlsSecret client = secrets.getTrafficSecretClient();
    if (client == null) {
      line(crypto, "CLIENT_RANDOM", random, secrets.getMasterSecret());
      return;
    }
    // The base keys of the Finished messages are set once the handshake's keys are.
    boolean handshake = secrets.getBaseKeyClient() == null;
    String suffix = handshake ? "HANDSHAKE_TRAFFIC_SECRET" : "TRAFFIC_SECRET_0";
    line(crypto, "CLIENT_" + suffix, random, client);
    line(crypto, "SERVER_" + suffix, random, secrets.getTrafficSecretServer());
  }

  private void line(TlsCrypto crypto, String label, String random, @Nullable TlsSecret secret) {
    if (secret != null && secret.isAlive()) {
      // A copy: taking the bytes out destroys the secret.
      byte[] bytes = crypto.adoptSecret(secret).extract();
      sink.accept(label + " " + random + " " + HexFormat.of().formatHex(bytes));
    }
  }
}
