// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Payloads;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsStream;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;

/** What is tried in every cell of the matrix. */
enum Case {
  CONVERSATION("a WebSocket conversation, closed by the client and by the server") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      for (Role closer : Role.values()) {
        try (Cell.Met met = meet(cell, ground)) {
          converse(met, closer);
        }
      }
    }
  },

  ALPN("an application protocol is agreed on") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      TlsContext client = client(cell.clientConfig().withApplicationProtocols("x", "http/1.1"));
      TlsContext server =
          TlsContext.of(serverConfig(cell).withApplicationProtocols("http/1.1", "y"));
      try (Cell.Met met = Cell.meet(ground, client, server, HOST)) {
        assertThat(met.theClient().session().applicationProtocol()).isEqualTo("http/1.1");
        assertThat(met.theServer().session().applicationProtocol()).isEqualTo("http/1.1");
      }
    }
  },

  SNI("the server chooses its certificate by the name asked for") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      TlsContext client = client(cell.clientConfig());
      TlsContext server = TlsContext.of(cell.serverConfig(identity(SERVER), identity(OTHER)));
      for (String host : List.of(HOST, "other.test")) {
        try (Cell.Met met = Cell.meet(ground, client, server, host)) {
          assertThat(met.theClient().session().peerCertificates().get(0))
              .isEqualTo((host.equals(HOST) ? SERVER : OTHER).certificate());
          assertThat(met.theServer().session().serverName()).isEqualTo(host);
        }
      }
    }
  },

  CLIENT_CERTIFICATE("a client certificate is shown") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      TlsContext client = client(cell.clientConfig().withIdentity(identity(CLIENT)));
      try (Cell.Met met = Cell.meet(ground, client, demanding(cell), HOST)) {
        assertThat(met.theServer().session().peerCertificates().get(0))
            .isEqualTo(CLIENT.certificate());
        converse(met, Role.CLIENT);
      }
    }
  },

  CLIENT_CERTIFICATE_MISSING("a client without the required certificate is refused") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      try (Cell.Met met = Cell.meet(ground, client(cell.clientConfig()), demanding(cell), HOST)) {
        assertThat(met.serverFailure())
            .satisfies(is(TlsError.CLIENT_CERTIFICATE_REQUIRED, TlsError.HANDSHAKE_FAILED));
        assertThat(learns(met))
            .satisfies(is(TlsError.PEER_ALERT, TlsError.CLIENT_CERTIFICATE_REQUIRED));
      }
    }
  },

  RESUMPTION("a second connection resumes the session of the first") {
    @Override
    @Nullable String cannot(Cell cell) {
      boolean bouncy = involves(cell, TlsEngine.bouncyCastle());
      return cell.is13() && bouncy ? "BouncyCastle resumes no session of TLS 1.3" : null;
    }

    @Override
    void play(Cell cell, Cell.Ground ground) {
      TlsContext client = client(cell.clientConfig());
      TlsContext server = TlsContext.of(serverConfig(cell));
      try (Cell.Met first = Cell.meet(ground, client, server, HOST)) {
        assertThat(first.theClient().session().resumed()).isFalse();
        converse(first, Role.CLIENT);
      }
      try (Cell.Met second = Cell.meet(ground, client, server, HOST)) {
        assertThat(second.theClient().session().resumed()).isTrue();
        assertThat(second.theServer().session().resumed()).isTrue();
        converse(second, Role.SERVER);
      }
    }
  },

  WRONG_NAME("a certificate for another name is refused") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      refusedByClient(
          cell,
          ground,
          client(cell.clientConfig()),
          SERVER,
          "wrong.test",
          TlsError.HOST_NAME_MISMATCH);
    }
  },

  UNTRUSTED("a certificate of somebody unknown is refused") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      refusedByClient(
          cell,
          ground,
          client(cell.clientConfig()),
          STRANGER,
          HOST,
          TlsError.CERTIFICATE_UNTRUSTED);
    }
  },

  EXPIRED("an expired certificate is refused") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      refusedByClient(
          cell, ground, client(cell.clientConfig()), OLD, HOST, TlsError.CERTIFICATE_EXPIRED);
    }
  },

  NO_COMMON_VERSION("versions that do not overlap are refused") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      String other = cell.is13() ? "TLSv1.2" : "TLSv1.3";
      TlsContext client = client(cell.clientConfig().withProtocols(other));
      try (Cell.Met met = Cell.meet(ground, client, TlsContext.of(serverConfig(cell)), HOST)) {
        assertThat(met.clientFailure()).isInstanceOf(TlsException.class);
        assertThat(met.serverFailure()).isInstanceOf(TlsException.class);
        assertThat(List.of(error(met.clientFailure()), error(met.serverFailure())))
            .contains(TlsError.NO_COMMON_PARAMETERS);
      }
    }
  },

  H2_ONLY("a client that speaks h2 only is refused") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      TlsContext client = client(cell.clientConfig().withApplicationProtocols("h2"));
      try (Cell.Met met = Cell.meet(ground, client, TlsContext.of(serverConfig(cell)), HOST)) {
        assertThat(met.serverFailure()).satisfies(is(TlsError.NO_APPLICATION_PROTOCOL));
        assertThat(learns(met))
            .satisfies(is(TlsError.PEER_ALERT, TlsError.NO_APPLICATION_PROTOCOL));
      }
    }
  },

  TRUNCATION("an end without goodbye is told from an end") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      try (Cell.Met met = meet(cell, ground)) {
        exchange(met);
        CompletableFuture<Long> read =
            met.theClient().asyncReadSome(ByteBuffer.allocate(10), useFuture());
        met.ends()[1].close();
        assertThat(failure(read))
            .isInstanceOfSatisfying(
                StreamException.class,
                e -> assertThat(e.error()).isIn(StreamError.TRUNCATED, StreamError.RESET));
      }
    }
  },

  PLAIN_CLIENT("a client in plain text is told from TLS") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      AsyncStream[] ends = ground.connect();
      CompletableFuture<TlsStream> serving =
          TlsStream.asyncHandshake(
              ends[1], TlsContext.of(serverConfig(cell)), null, -1, useFuture());
      get(ends[0].asyncWriteSome(plain("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), useFuture()));
      assertThat(failure(serving)).satisfies(is(TlsError.NOT_TLS)).hasMessageContaining("GET /");
      ends[0].close();
    }
  },

  PLAIN_SERVER("a server in plain text is told from TLS") {
    @Override
    void play(Cell cell, Cell.Ground ground) {
      AsyncStream[] ends = ground.connect();
      CompletableFuture<TlsStream> connecting =
          TlsStream.asyncHandshake(ends[0], client(cell.clientConfig()), HOST, 443, useFuture());
      get(ends[1].asyncWriteSome(plain("HTTP/1.1 400 Bad Request\r\n\r\n"), useFuture()));
      assertThat(failure(connecting))
          .satisfies(is(TlsError.NOT_TLS))
          .hasMessageContaining("HTTP/1.1");
      ends[1].close();
    }
  };

  static final String HOST = "plywire.test";

  private static final MadeCertificate AUTHORITY = MadeCertificate.authority("authority");
  private static final MadeCertificate SERVER = AUTHORITY.issue(MadeCertificate.Kind.P256, HOST);
  private static final MadeCertificate OTHER =
      AUTHORITY.issue(MadeCertificate.Kind.P256, "other.test");
  private static final MadeCertificate CLIENT =
      AUTHORITY.issue(MadeCertificate.Kind.P256, "client.test");
  private static final MadeCertificate STRANGER =
      MadeCertificate.authority("stranger").issue(MadeCertificate.Kind.P256, HOST);
  private static final MadeCertificate OLD =
      AUTHORITY.issue(Instant.now().minus(Duration.ofDays(9)), Duration.ofDays(3), HOST);

  final String what;

  Case(String what) {
    this.what = what;
  }

  /** Plays it; throws if it goes wrong. */
  abstract void play(Cell cell, Cell.Ground ground);

  /** Returns why the engines of a cell cannot do it, or null if they can. */
  @Nullable String cannot(Cell cell) {
    return null;
  }

  // ---- what the cases have in common

  private static boolean involves(Cell cell, TlsEngine engine) {
    return cell.client().name().equals(engine.name()) || cell.server().name().equals(engine.name());
  }

  private static TlsIdentity identity(MadeCertificate made) {
    return TlsIdentity.of(made.key(), made.chain());
  }

  private static TlsContext client(TlsConfig config) {
    return TlsContext.of(config.withTrust(List.of(AUTHORITY.certificate())));
  }

  private static TlsConfig serverConfig(Cell cell) {
    return cell.serverConfig(identity(SERVER));
  }

  private static TlsContext demanding(Cell cell) {
    return TlsContext.of(
        serverConfig(cell)
            .withClientAuth(ClientAuth.NEED)
            .withTrust(List.of(AUTHORITY.certificate())));
  }

  private static Cell.Met meet(Cell cell, Cell.Ground ground) {
    return Cell.meet(ground, client(cell.clientConfig()), TlsContext.of(serverConfig(cell)), HOST);
  }

  private static void refusedByClient(
      Cell cell,
      Cell.Ground ground,
      TlsContext client,
      MadeCertificate shown,
      String host,
      TlsError error) {
    TlsContext server = TlsContext.of(cell.serverConfig(identity(shown)));
    try (Cell.Met met = Cell.meet(ground, client, server, host)) {
      assertThat(met.clientFailure()).satisfies(is(error));
      assertThat(met.client()).isNull();
      assertThat(met.serverFailure() == null ? ends(met.theServer()) : met.serverFailure())
          .satisfies(is(TlsError.PEER_ALERT));
    }
  }

  /** What the client is told; in TLS 1.3 its own handshake is over before the server judges it. */
  private static Throwable learns(Cell.Met met) {
    Throwable failure = met.clientFailure();
    return failure != null ? failure : ends(met.theClient());
  }

  private static Throwable ends(TlsStream stream) {
    return failure(stream.asyncReadSome(ByteBuffer.allocate(10), useFuture()));
  }

  private static @Nullable TlsError error(@Nullable Throwable failure) {
    return failure instanceof TlsException known ? known.error() : null;
  }

  private static ThrowingConsumer<Throwable> is(TlsError first, TlsError... more) {
    Set<TlsError> expected = EnumSet.of(first, more);
    return found -> {
      assertThat(found).isInstanceOf(TlsException.class);
      assertThat(error(found)).as("%s", found).isIn(expected);
    };
  }

  private static ByteBuffer[] plain(String text) {
    return new ByteBuffer[] {ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))};
  }

  private static void exchange(Cell.Met met) {
    ByteBuffer got = ByteBuffer.allocate(10);
    CompletableFuture<Long> read = met.theServer().asyncReadSome(got, useFuture());
    get(met.theClient().asyncWriteSome(plain("hello"), useFuture()));
    assertThat(get(read)).isEqualTo(5);
    read = met.theClient().asyncReadSome(got.clear(), useFuture());
    get(met.theServer().asyncWriteSome(plain("hello"), useFuture()));
    assertThat(get(read)).isEqualTo(5);
  }

  private static void converse(Cell.Met met, Role closer) {
    WebSocketStream client = new WebSocketStream(met.theClient());
    WebSocketStream server = new WebSocketStream(met.theServer());
    CompletableFuture<?> accepted = server.asyncAccept(useFuture());
    get(client.asyncHandshake(HOST, "/", useFuture()));
    get(accepted);
    for (int size : new int[] {5, 100_000}) {
      String text = Payloads.text(size, size);
      CompletableFuture<Message> there = server.asyncRead(useFuture());
      CompletableFuture<Message> back = client.asyncRead(useFuture());
      CompletableFuture<Long> written = client.asyncWrite(text, useFuture());
      assertThat(get(there).text()).isEqualTo(text);
      get(written);
      CompletableFuture<Long> echoed = server.asyncWrite(text, useFuture());
      assertThat(get(back).text()).isEqualTo(text);
      get(echoed);
    }
    WebSocketStream closing = closer == Role.CLIENT ? client : server;
    WebSocketStream other = closer == Role.CLIENT ? server : client;
    CompletableFuture<Message> ended = other.asyncRead(useFuture());
    CloseOutcome outcome = get(closing.asyncClose(CloseReason.NORMAL, useFuture()));
    assertThat(outcome.transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    failure(ended);
    assertThat(other.closeOutcome().transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
  }
}
