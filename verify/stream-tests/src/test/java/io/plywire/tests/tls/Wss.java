// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsSession;
import io.plywire.tls.TlsStream;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.params.provider.Arguments;

/**
 * What tests of {@code wss:} share: who is who, and clients and servers that find their transport
 * and the TLS layer by URI, as applications do.
 */
public final class Wss {
  /** Where the servers of tests listen. */
  public static final String ANY = "wss://127.0.0.1:0/";

  public static final MadeCertificate AUTHORITY = MadeCertificate.authority("wss authority");
  public static final MadeCertificate SERVER =
      AUTHORITY.issue(MadeCertificate.Kind.P256, "localhost", "127.0.0.1");
  public static final MadeCertificate OTHER =
      AUTHORITY.issue(MadeCertificate.Kind.P256, "other.test");
  public static final MadeCertificate CLIENT =
      AUTHORITY.issue(MadeCertificate.Kind.P256, "client.test");

  private Wss() {}

  /** Every engine with every version. */
  public static List<Arguments> enginesAndVersions() {
    List<Arguments> all = new ArrayList<>();
    for (TlsEngine engine : TlsEngine.all()) {
      all.add(Arguments.of(engine, "TLSv1.3"));
      all.add(Arguments.of(engine, "TLSv1.2"));
    }
    return all;
  }

  public static TlsIdentity identity(MadeCertificate made) {
    return TlsIdentity.of(made.key(), made.chain());
  }

  /** A server's configuration, with the certificate for localhost. */
  public static TlsConfig server(TlsEngine engine) {
    return TlsConfig.server(identity(SERVER)).withEngine(engine);
  }

  /** A client's configuration, which trusts the authority. */
  public static TlsConfig client(TlsEngine engine) {
    return TlsConfig.client().withEngine(engine).withTrust(List.of(AUTHORITY.certificate()));
  }

  /** Listens at a URI. */
  public static WebSocketServer listen(
      String uri, TlsConfig config, WebSocketServer.ConnectionHandler handler) throws IOException {
    return WebSocketServer.builder()
        .with(TlsOptions.CONTEXT, TlsContext.of(config))
        .listen(uri, handler);
  }

  public static WebSocketClient client(TlsConfig config) {
    return WebSocketClient.builder().with(TlsOptions.CONTEXT, TlsContext.of(config)).build();
  }

  /** Returns what was agreed on below a WebSocket. */
  public static TlsSession session(WebSocketStream stream) {
    return Objects.requireNonNull(stream.nextLayer().layer(TlsStream.class)).session();
  }

  /** Returns what the JDK's own classes need to trust the authority and to show a certificate. */
  public static SSLContext jdkContext(MadeCertificate own) throws Exception {
    char[] password = "test".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password);
    store.setCertificateEntry("authority", AUTHORITY.certificate());
    store.setKeyEntry("own", own.key(), password, own.chain().toArray(new X509Certificate[0]));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** Writes a certificate with its chain and its key into one file. */
  public static String file(Path folder, MadeCertificate made) throws IOException {
    String name = made.certificate().getSerialNumber() + ".pem";
    return Files.writeString(folder.resolve(name), made.chainPem() + made.keyPem()).toString();
  }
}
