// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Certificates and pairs of engines for tests. */
abstract class TlsTestBase {
  /** Kept, or its level would be forgotten: BouncyCastle tells of every connection. */
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle.jsse");

  static final MadeCertificate CA = MadeCertificate.authority("Test CA");
  static final MadeCertificate SERVER = CA.issue(Kind.P256, "server.test", "127.0.0.1", "::1");
  static final MadeCertificate CLIENT = CA.issue(Kind.P256, "client.test");

  static {
    BOUNCY_CASTLE.setLevel(Level.SEVERE);
  }

  /** Returns the warnings that BouncyCastle logs while something runs. */
  static List<String> warningsOfBouncyCastle(Runnable action) {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Handler collecting =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
              warnings.add(record.getMessage());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    TlsEngine.bouncyCastle().features(); // what it tells of at its start is another matter
    BOUNCY_CASTLE.setLevel(Level.WARNING);
    BOUNCY_CASTLE.addHandler(collecting);
    try {
      action.run();
    } finally {
      BOUNCY_CASTLE.removeHandler(collecting);
      BOUNCY_CASTLE.setLevel(Level.SEVERE);
    }
    return warnings;
  }

  /** Every pair of engines with every version. */
  static Stream<Arguments> pairs() {
    List<Arguments> all = new ArrayList<>();
    for (TlsEngine client : TlsEngine.all()) {
      for (TlsEngine server : TlsEngine.all()) {
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
          all.add(Arguments.of(new Cell(client, server, version)));
        }
      }
    }
    return all.stream();
  }

  /** One cell of the matrix. */
  record Cell(TlsEngine clientEngine, TlsEngine serverEngine, String version) {
    TlsConfig client() {
      return TlsConfig.client()
          .withEngine(clientEngine)
          .withProtocols(version)
          .withTrust(List.of(CA.certificate()));
    }

    TlsConfig server() {
      return server(SERVER);
    }

    TlsConfig server(MadeCertificate... certificates) {
      return TlsConfig.server(Stream.of(certificates).map(TlsTestBase::identity).toList())
          .withEngine(serverEngine)
          .withProtocols(version);
    }

    boolean tls13() {
      return version.equals("TLSv1.3");
    }

    @Override
    public String toString() {
      return clientEngine.name() + " to " + serverEngine.name() + ", " + version;
    }
  }

  static TlsIdentity identity(MadeCertificate certificate) {
    return TlsIdentity.of(certificate.key(), certificate.chain());
  }

  static EnginePair shake(TlsConfig client, TlsConfig server) {
    return shake(client, server, "server.test");
  }

  static EnginePair shake(TlsConfig client, TlsConfig server, String host) {
    return new EnginePair(TlsContext.of(client), TlsContext.of(server), host).handshake();
  }
}
