// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** By which alert a peer, here the JDK's engine, learns that we refuse it. */
class AlertsTest extends TlsTestBase {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final MadeCertificate STRANGER =
      MadeCertificate.authority("stranger").issue(Kind.P256, "server.test");

  /** Who finds fault, and with what. */
  enum Fault {
    FOREIGN_PROTOCOLS("a client that offers other application protocols only") {
      @Override
      String alert(TlsEngine engine, String version) {
        Cell cell = new Cell(TlsEngine.jdk(), engine, version);
        return toClient(cell.client().withApplicationProtocols("h2"), cell.server(), "server.test");
      }
    },
    CLIENT_CERTIFICATE_MISSING("a client without the required certificate") {
      @Override
      String alert(TlsEngine engine, String version) {
        Cell cell = new Cell(TlsEngine.jdk(), engine, version);
        return toClient(
            cell.client(),
            cell.server().withClientAuth(ClientAuth.NEED).withTrust(List.of(CA.certificate())),
            "server.test");
      }
    },
    UNTRUSTED("a server whose certificate is not trusted") {
      @Override
      String alert(TlsEngine engine, String version) {
        Cell cell = new Cell(engine, TlsEngine.jdk(), version);
        return toServer(cell.client(), cell.server(STRANGER), OK);
      }
    },
    WRONG_NAME("a server whose certificate is for another name") {
      @Override
      String alert(TlsEngine engine, String version) {
        Cell cell = new Cell(engine, TlsEngine.jdk(), version);
        return toServer(cell.client(), cell.server(), "wrong.test");
      }
    },
    WRONG_NAME_FORGOTTEN("the same, with a trust manager that forgets to look") {
      @Override
      String alert(TlsEngine engine, String version) {
        Cell cell = new Cell(engine, TlsEngine.jdk(), version);
        return toServer(
            cell.client().withTrustManager(new Forgetful()), cell.server(), "wrong.test");
      }
    },
    RENEGOTIATION("a client that renegotiates (TLS 1.2)") {
      @Override
      boolean isFor(String version) {
        return version.equals("TLSv1.2");
      }

      @Override
      String alert(TlsEngine engine, String version) {
        return afterwards(
            engine,
            version,
            (h, client, server) -> h.written(h.clientEnd(), GuardsTest.wrapByHand(client)));
      }
    },
    KEY_UPDATES("a flood of key updates (TLS 1.3)") {
      @Override
      boolean isFor(String version) {
        return version.equals("TLSv1.3");
      }

      @Override
      String alert(TlsEngine engine, String version) {
        return afterwards(
            engine,
            version,
            (h, client, server) -> {
              for (int i = 0; i < 65; i++) {
                h.written(h.clientEnd(), GuardsTest.wrapByHand(client));
                if (i == 30) {
                  h.write(server, ByteBuffer.allocate(10)); // or the answers are a flood, too
                  h.run();
                }
              }
            });
      }
    },
    NO_RECORD("something in the middle that is no record") {
      @Override
      String alert(TlsEngine engine, String version) {
        return afterwards(
            engine,
            version,
            (h, client, server) ->
                h.written(h.clientEnd(), ByteBuffer.wrap(new byte[] {'G', 'E', 'T'})));
      }
    },
    CHANGED("a record that was changed on its way") {
      @Override
      String alert(TlsEngine engine, String version) {
        return afterwards(
            engine,
            version,
            (h, client, server) -> {
              byte[] record = new byte[50];
              System.arraycopy(new byte[] {23, 3, 3, 0, 45}, 0, record, 0, 5);
              h.written(h.clientEnd(), ByteBuffer.wrap(record));
            });
      }
    };

    private final String what;

    Fault(String what) {
      this.what = what;
    }

    boolean isFor(String version) {
      return true;
    }

    /** Returns the name of the alert that the JDK's engine gets from this one. */
    abstract String alert(TlsEngine engine, String version);
  }

  private static final String OK = "server.test";

  /** What is done to an open connection by the client. */
  @FunctionalInterface
  private interface Deed {
    void by(Harness h, SSLEngine client, @Nullable AsyncStream server);
  }

  private static String afterwards(TlsEngine engine, String version, Deed deed) {
    Cell cell = new Cell(TlsEngine.jdk(), engine, version);
    return alert(cell.client(), cell.server(), OK, true, deed);
  }

  private static String toClient(TlsConfig client, TlsConfig server, String host) {
    return alert(client, server, host, true, (h, engine, stream) -> {});
  }

  private static String toServer(TlsConfig client, TlsConfig server, String host) {
    return alert(client, server, host, false, (h, engine, stream) -> {});
  }

  private static String alert(
      TlsConfig client, TlsConfig server, String host, boolean toClient, Deed deed) {
    try (Harness h = Harness.relayed()) {
      h.toServer.start();
      h.toClient.start();
      ConnectionEngine one = TlsContext.of(client).newEngine(host, 443);
      ConnectionEngine other = TlsContext.of(server).newEngine(null, -1);
      Result<TlsStream> connecting = h.result("client");
      Result<TlsStream> serving = h.result("server");
      TlsStream.asyncHandshake(h.clientEnd(), one, TIMEOUT, connecting);
      TlsStream.asyncHandshake(h.serverEnd(), other, TIMEOUT, serving);
      h.run();
      Result<Void> noticing = read(h, toClient ? serving : connecting);
      deed.by(h, one.engine(), serving.anyValue());
      Result<TlsStream> told = toClient ? connecting : serving;
      Result<Void> reading = read(h, told);
      h.executor.advance(Duration.ofSeconds(2));
      IOException learnt = reading == null ? told.error() : reading.error();
      assertThat(noticing == null || noticing.error() != null).as("refused").isTrue();
      assertThat(learnt).isInstanceOf(TlsException.class);
      return name((TlsException) learnt);
    }
  }

  private static String name(TlsException told) {
    return switch (told.alert()) {
      case 10 -> "unexpected_message";
      case 20 -> "bad_record_mac";
      case 40 -> "handshake_failure";
      case 42 -> "bad_certificate";
      case 46 -> "certificate_unknown";
      case 116 -> "certificate_required";
      case 120 -> "no_application_protocol";
      default -> throw new AssertionError("alert " + told.alert() + ": " + told, told);
    };
  }

  private static Result<Void> read(Harness h, Result<TlsStream> side) {
    if (!side.isDone() || side.anyValue() == null) {
      return null;
    }
    AsyncStream stream = h.track(side.anyValue());
    Result<Void> read = h.read(stream, ByteBuffer.allocate(10));
    h.run();
    return read.isDone() && read.error() == null ? read(h, side) : read;
  }

  @ParameterizedTest
  @EnumSource
  void documentTellsTheAlertOfEachEngine(Fault fault) throws IOException {
    String[] documented = documented(fault);
    for (TlsEngine engine : TlsEngine.all()) {
      String newer = fault.isFor("TLSv1.3") ? fault.alert(engine, "TLSv1.3") : null;
      String older = fault.isFor("TLSv1.2") ? fault.alert(engine, "TLSv1.2") : newer;
      String found = newer == null || newer.equals(older) ? older : newer + " / " + older;
      assertThat(found)
          .as("%s with %s", fault.what, engine)
          .isEqualTo(documented[column(engine)].strip());
    }
  }

  private static int column(TlsEngine engine) {
    int index = TlsEngine.all().indexOf(engine);
    return index > 0 ? index + 3 : Runtime.version().feature() < 25 ? 2 : 3;
  }

  /** Returns the cells of the row, of which the first is empty and the second says what it is. */
  private static String[] documented(Fault fault) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    Path document =
        (Files.isDirectory(root.resolve("docs")) ? root : root.getParent()).resolve("docs/tls.md");
    for (String line : Files.readAllLines(document)) {
      String[] cells = line.split("\\|");
      if (cells.length == 6 && cells[1].strip().equals(fault.what)) {
        return cells;
      }
    }
    throw new AssertionError("no row '" + fault.what + "' in " + document);
  }

  /** Trusts the authority and looks at no name. */
  private static final class Forgetful extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
