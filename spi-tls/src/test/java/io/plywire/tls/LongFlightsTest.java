// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.IoHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Handshakes whose flights are far longer than usual, as they are with certificates of many names,
 * and will be with those that quantum computers cannot forge.
 */
class LongFlightsTest extends TlsTestBase {
  private static final int[] KILOBYTES = {5, 12, 16, 17, 18, 20, 24, 28, 31};

  /** What is longer than the JDK's engine and BouncyCastle's take in one message, unless told. */
  private static final int[] MORE_KILOBYTES = {34, 40, 50, 60};

  private static final int SMALL_WINDOW = 3000;
  private static final int LARGE_WINDOW = 1 << 20;

  private static final Map<Integer, MadeCertificate> CERTIFICATES = new HashMap<>();

  private final ManualExecutor executor = new ManualExecutor();
  private final Result<Void> nothing = new Result<>("nothing");
  private Result<TlsStream> client = new Result<>("client");
  private Result<TlsStream> server = new Result<>("server");
  private Result<Void> first = nothing;
  private final ByteBuffer received = ByteBuffer.allocate(FIRST_BYTES);

  /**
   * Of the server's data. BoringSSL sends its tickets with it, two of them, each with the client's
   * certificate, and takes no more than 64 KiB at once.
   */
  private static final int FIRST_BYTES = 1000;

  /** Returns a certificate of about so many bytes. */
  private static MadeCertificate certificate(int kilobytes) {
    return CERTIFICATES.computeIfAbsent(
        kilobytes,
        k -> {
          List<String> names = new ArrayList<>(List.of("server.test"));
          for (int bytes = 500; bytes < k * 1024; bytes += 64) {
            names.add(("n" + bytes + "-" + "x".repeat(60)).substring(0, 57) + ".test");
          }
          return CA.issue(Kind.P256, names.toArray(new String[0]));
        });
  }

  private void shake(TlsConfig clientConfig, TlsConfig serverConfig, int window) {
    InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(window).build();
    client = new Result<>("client");
    server = new Result<>("server");
    first = nothing;
    TlsStream.asyncHandshake(
        pipe.client(), TlsContext.of(clientConfig), "server.test", 443, client);
    TlsStream.asyncHandshake(pipe.server(), TlsContext.of(serverConfig), null, -1, server);
    executor.runUntilIdle();
    if (client.anyValue() != null) {
      // Tickets may be as long again, belong to the server's handshake, and wait to be read.
      first = new Result<>("first bytes");
      AsyncStreams.readFully(client.value(), received.clear(), (IoHandler) first);
      executor.runUntilIdle();
    }
    executor.advance(Duration.ofSeconds(2)); // for whoever tells its peer of a failure
  }

  private void assertConnected(MadeCertificate ofClient, MadeCertificate ofServer, String what) {
    assertThat(client.isDone() && server.isDone()).as(what).isTrue();
    assertThat(client.value().session().peerCertificates()).isEqualTo(ofServer.chain());
    assertThat(server.value().session().peerCertificates())
        .isEqualTo(ofClient == null ? List.of() : ofClient.chain());
    Result<Void> written = new Result<>("written");
    AsyncStreams.writeAll(
        server.value(), new ByteBuffer[] {ByteBuffer.allocate(FIRST_BYTES)}, (IoHandler) written);
    executor.runUntilIdle();
    written.assertMoved(FIRST_BYTES);
    first.assertMoved(FIRST_BYTES);
    transfer(client.value(), server.value());
    transfer(server.value(), client.value());
    end();
  }

  private void transfer(TlsStream from, TlsStream to) {
    Transfer transfer = new Transfer(from, to, Harness.random(40_000, 1));
    transfer.start();
    executor.runUntilIdle();
    transfer.assertComplete();
  }

  private void end() {
    for (Result<TlsStream> side : List.of(client, server)) {
      if (side.anyValue() != null) {
        side.value().close();
      }
    }
    executor.runUntilIdle();
    assertThat(executor.buffers().outstanding()).as("buffers not returned").isZero();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
  }

  private static TlsConfig demanding(TlsConfig server) {
    return server.withTrust(List.of(CA.certificate())).withClientAuth(ClientAuth.NEED);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void longFlightOfTheServer(Cell cell) {
    for (int kilobytes : KILOBYTES) {
      for (int window : new int[] {SMALL_WINDOW, LARGE_WINDOW}) {
        MadeCertificate certificate = certificate(kilobytes);
        shake(cell.client(), cell.server(certificate), window);
        assertConnected(null, certificate, kilobytes + " KiB, window " + window);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void longFlightOfTheClient(Cell cell) {
    for (int kilobytes : KILOBYTES) {
      for (int window : new int[] {SMALL_WINDOW, LARGE_WINDOW}) {
        MadeCertificate certificate = certificate(kilobytes);
        shake(cell.client().withIdentity(identity(certificate)), demanding(cell.server()), window);
        assertConnected(certificate, SERVER, kilobytes + " KiB, window " + window);
      }
    }
  }

  /** Without tickets there is no limit to what goes with the first data. */
  @ParameterizedTest
  @MethodSource("pairs")
  void muchDataAfterALongFlightOfTheClient(Cell cell) {
    MadeCertificate certificate = certificate(31);
    shake(
        cell.client().withIdentity(identity(certificate)),
        demanding(cell.server()).withResumption(false),
        LARGE_WINDOW);
    Result<Void> written = new Result<>("written");
    AsyncStreams.writeAll(
        server.value(), new ByteBuffer[] {ByteBuffer.allocate(40_000)}, (IoHandler) written);
    executor.runUntilIdle();
    written.assertMoved(40_000);
    first.assertMoved(FIRST_BYTES);
    end();
  }

  /** What is longer either works or fails in words; nobody waits for the other. */
  @ParameterizedTest
  @MethodSource("pairs")
  void longerFlightOfTheServer(Cell cell) {
    for (int kilobytes : MORE_KILOBYTES) {
      MadeCertificate certificate = certificate(kilobytes);
      shake(cell.client(), cell.server(certificate), LARGE_WINDOW);
      if (cell.clientEngine() == TlsEngine.conscrypt()) {
        assertConnected(null, certificate, kilobytes + " KiB");
      } else {
        assertTooLong(client);
        assertThat(server.assertFailed(TlsError.PEER_ALERT).alert()).isPositive();
        end();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void longerFlightOfTheClient(Cell cell) {
    for (int kilobytes : MORE_KILOBYTES) {
      shake(
          cell.client().withIdentity(identity(certificate(kilobytes))),
          demanding(cell.server()),
          LARGE_WINDOW);
      if (cell.serverEngine() != TlsEngine.conscrypt()) {
        assertTooLong(server);
        // In TLS 1.3 the client was done, and learns it from the first thing that it reads.
        Result<?> learns = client.anyValue() == null ? client : first;
        assertThat(learns.assertFailed(TlsError.PEER_ALERT).alert()).isPositive();
      } else if (cell.tls13() || cell.clientEngine() != TlsEngine.jdk()) {
        assertThat(client.value().session().protocol()).isEqualTo(cell.version());
        assertThat(server.value().session().peerCertificates())
            .isEqualTo(certificate(kilobytes).chain());
      } else {
        assertTooLong(client); // the ticket, with its own certificate
      }
      end();
    }
  }

  private static void assertTooLong(Result<?> side) {
    assertThat(side.assertFailed(TlsError.HANDSHAKE_FAILED))
        .hasMessageContaining("longer than")
        .hasMessageContaining("jdk.tls.maxHandshakeMessageSize");
  }
}
