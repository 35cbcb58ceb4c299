// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.certificates.MadeCertificate;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which engines two peers use.
 *
 * @param tls null for none
 * @param deflate null for no compression
 */
record Setup(@Nullable TlsEngine tls, @Nullable DeflateEngine deflate) {
  /** The host that the certificates are for. */
  static final String HOST = "127.0.0.1";

  /** Short, so that who has vanished is given up within seconds. */
  static final Timeouts TIMEOUTS =
      Timeouts.none()
          .withHandshake(Duration.ofSeconds(8))
          .withClosing(Duration.ofSeconds(5))
          .withPing(Duration.ofSeconds(2), Duration.ofSeconds(3))
          .withWriteStall(Duration.ofSeconds(4));

  private static final MadeCertificate AUTHORITY = MadeCertificate.authority("soak authority");
  private static final MadeCertificate SERVER =
      AUTHORITY.issue(MadeCertificate.Kind.P256, HOST, "*.soak.test");

  /** Every combination that this machine can do. */
  static final List<Setup> ALL = all();

  private static List<Setup> all() {
    List<TlsEngine> engines = new ArrayList<>();
    engines.add(null);
    for (TlsEngine engine : TlsEngine.all()) {
      if (engine.availability().available()) {
        engines.add(engine);
      } else {
        System.out.println("WITHOUT " + engine.name() + ": " + engine.availability());
      }
    }
    List<Setup> all = new ArrayList<>();
    for (TlsEngine engine : engines) {
      all.add(new Setup(engine, null));
      all.add(new Setup(engine, DeflateOptions.defaults().engine()));
      all.add(new Setup(engine, new JzlibEngine()));
    }
    return all;
  }

  WebSocketOptions options() {
    WebSocketOptions options = WebSocketOptions.defaults().withTimeouts(TIMEOUTS);
    return deflate == null
        ? options
        : options.withDeflate(DeflateOptions.defaults().withEngine(deflate).withThreshold(0));
  }

  TlsContext clientContext() {
    return TlsContext.of(
        TlsConfig.client()
            .withEngine(tls)
            .withTrust(List.of(AUTHORITY.certificate()))
            .withHandshakeTimeout(TIMEOUTS.handshake()));
  }

  TlsContext serverContext() {
    return TlsContext.of(
        TlsConfig.server(TlsIdentity.of(SERVER.key(), SERVER.chain()))
            .withEngine(tls)
            .withHandshakeTimeout(TIMEOUTS.handshake()));
  }

  String scheme(String plain) {
    return tls == null ? plain : plain.replaceFirst("ws", "wss");
  }

  @Override
  public String toString() {
    return (tls == null ? "plain" : tls.name())
        + (deflate == null ? "" : " with " + deflate.name());
  }
}
