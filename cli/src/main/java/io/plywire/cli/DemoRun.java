// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;

import io.plywire.cli.DemoWire.Seen;
import io.plywire.spi.Discovery;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamException;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsLayer;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.WireTap;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The demonstration on one transport: its steps, one after the other, and a table of them. */
final class DemoRun {
  private static final Duration STEP_LIMIT = Duration.ofSeconds(10);
  private static final Duration BURST = Duration.ofMillis(500);
  private static final int PARTS = 8;
  private static final int MESSAGE_BYTES = 128 << 10;
  private static final int FRAME_BYTES = 2 << 10;
  private static final int SHORT_MESSAGE_BYTES = 32;

  private final TransportProvider provider;
  private final String scheme;
  private final @Nullable DemoTls tls;
  private final Table table = new Table("STEP", "RESULT", "WHAT HAPPENED");
  private String title;
  private boolean good = true;
  private String happened = ""; // in the step that runs

  private @Nullable WebSocketServer server;
  private final DemoWire wire = new DemoWire();
  private @Nullable WebSocketStream client;

  /** A step that did not do what it should. */
  private static final class StepFailed extends Exception {
    private static final long serialVersionUID = 1L;

    StepFailed(String message) {
      super(message);
    }
  }

  /** One step; returns what happened. */
  @FunctionalInterface
  private interface Step<T> {
    T run() throws StepFailed, IOException, InterruptedException;
  }

  /**
   * Prepares a run.
   *
   * @param scheme one that the provider serves
   * @param engine what does TLS, or null for none
   */
  DemoRun(TransportProvider provider, String scheme, @Nullable TlsEngine engine) {
    this.provider = provider;
    this.scheme = scheme;
    this.tls = engine == null ? null : new DemoTls(engine);
    this.title =
        provider.name() + "  " + scheme + (engine == null ? "" : " with TLS by " + engine.name());
  }

  void print(PrintWriter out) {
    out.println(title);
    table.print(out);
  }

  /** Runs the steps as far as they succeed; returns whether all did. */
  boolean run() {
    Path folder = null;
    try {
      if (scheme.equals("ws+unix")) {
        folder = Files.createTempDirectory("plywire");
      }
      steps(Endpoint.parse(url(folder)));
    } catch (StepFailed e) {
      good = false; // the table tells more
    } catch (IOException | RuntimeException e) {
      row("prepare", false, OneLine.of(e));
    } catch (InterruptedException e) {
      row("end", false, "interrupted");
      Thread.currentThread().interrupt();
    } finally {
      cleanUp(folder);
    }
    return good;
  }

  private String url(@Nullable Path folder) {
    if (folder != null) {
      return scheme + ":" + folder.resolve("demo.sock").toUri().getRawPath();
    }
    String secured = tls == null ? scheme : "wss" + scheme.substring(2);
    return secured + (scheme.equals("ws") ? "://127.0.0.1:0/" : "://" + DemoTls.NAME + "/");
  }

  private void steps(Endpoint wanted) throws StepFailed, InterruptedException {
    Endpoint endpoint = step("listen", () -> listen(wanted));
    title = provider.name() + "  " + endpoint + (tls == null ? "" : "  " + tls.engine());
    AsyncStream connected = step("connect", () -> connect(endpoint));
    AsyncStream secured = tls == null ? connected : step("tls", () -> secure(connected, endpoint));
    WireTap tap = new WireTap(secured, wire);
    WebSocketStream webSocket = step("upgrade", () -> upgrade(tap, endpoint));
    client = webSocket;
    step("write in parts", () -> writeInParts(webSocket));
    step("pings beside it", this::pings);
    step("cancel a read", () -> cancelRead(webSocket));
    step("compress", () -> compress(webSocket));
    step("short messages", () -> burst(webSocket));
    step("close", () -> close(webSocket, tap));
    step("on the wire", () -> total(webSocket, tap));
  }

  // ---- the steps

  private Endpoint listen(Endpoint wanted) throws IOException {
    WebSocketServer listening =
        EchoServer.listen(
            WebSocketServer.builder()
                .discovery(Discovery.of(provider, new TlsLayer()))
                .transport(provider)
                .transportOptions(tls == null ? TransportOptions.defaults() : tls.serverOptions())
                .options(WebSocketOptions.defaults().withDeflate(Deflate.OPTIONS)),
            wanted.toString(),
            2 * MESSAGE_BYTES);
    server = listening;
    happened("an echo server on " + listening.endpoint());
    return listening.endpoint();
  }

  private AsyncStream connect(Endpoint endpoint) throws StepFailed, InterruptedException {
    TransportOptions options = TransportOptions.defaults().withConnectTimeout(STEP_LIMIT);
    AsyncStream stream = await(provider.asyncConnect(endpoint, options, useFuture()), "connection");
    happened(stream.toString());
    return stream;
  }

  private AsyncStream secure(AsyncStream stream, Endpoint endpoint)
      throws StepFailed, InterruptedException {
    TlsStream secured =
        await(Objects.requireNonNull(tls).secure(stream, endpoint), "end of the TLS handshake");
    happened(ClientTls.describe(secured.session()));
    return secured;
  }

  private WebSocketStream upgrade(WireTap tap, Endpoint endpoint)
      throws StepFailed, InterruptedException {
    WebSocketOptions options =
        WebSocketOptions.defaults().withWriteBufferBytes(FRAME_BYTES).withDeflate(Deflate.OPTIONS);
    WebSocketStream webSocket = new WebSocketStream(tap, options);
    webSocket.compress(false); // until the step that shows it
    UpgradeResponse response =
        await(
            webSocket.asyncHandshake(endpoint.hostField(), endpoint.target(), useFuture()),
            "answer to the upgrade");
    happened(String.format(Locale.ROOT, "%d %s", response.status(), response.reason()));
    return webSocket;
  }

  private Seen writeInParts(WebSocketStream webSocket) throws StepFailed, InterruptedException {
    ByteBuffer text = text();
    // A read must be outstanding, or nobody would see the pongs.
    CompletableFuture<Message> echo = webSocket.asyncRead(useFuture());
    DemoWrite write = new DemoWrite(webSocket, text.duplicate(), PARTS);
    webSocket.executor().execute(write::start);
    await(write.written(), "end of the write");
    Message back = await(echo, "echo of the message");
    check(
        back.kind() == MessageKind.TEXT && back.payload().equals(text),
        "the echo differs from the message");
    Seen seen = seen(webSocket);
    happened(
        String.format(
            Locale.ROOT,
            "%d bytes of text in %d parts went out in %d frames, and came back whole in %d",
            text.remaining(),
            PARTS,
            seen.dataSent(),
            seen.dataReceived()));
    check(seen.dataSent() >= PARTS, "only " + seen.dataSent() + " frames went out");
    return seen;
  }

  private Seen pings() throws StepFailed, InterruptedException {
    Seen seen = seen(Objects.requireNonNull(client));
    happened(
        String.format(
            Locale.ROOT,
            "%d pinged between its frames, %d answered before its last frame was out",
            seen.pingsBetweenFrames(),
            seen.pongsDuringWrite()));
    check(seen.pingsBetweenFrames() > 0, "no ping went out between the frames of the message");
    check(seen.pongsDuringWrite() > 0, "no ping was answered while the message was written");
    return seen;
  }

  private Boolean cancelRead(WebSocketStream webSocket) throws StepFailed, InterruptedException {
    CancellationSignal signal = new CancellationSignal();
    CompletableFuture<@Nullable IOException> end = new CompletableFuture<>();
    webSocket
        .executor()
        .execute(
            () -> {
              webSocket.asyncRead(
                  Handler.<Message>bindCancellationSlot(
                      signal.slot(), (error, message) -> end.complete(error)));
              webSocket.executor().execute(() -> signal.emit(CancellationType.TOTAL));
            });
    IOException error = await(end, "end of the cancelled read");
    CancellationType type = error instanceof StreamException e ? e.cancellation() : null;
    check(type == CancellationType.TOTAL, "the read ended with " + error);
    check(webSocket.isOpen(), "the WebSocket is not open any more");
    ByteBuffer text = StandardCharsets.UTF_8.encode("still here");
    CompletableFuture<Message> echo = webSocket.asyncRead(useFuture());
    await(
        webSocket.asyncWrite(MessageKind.TEXT, text.duplicate(), useFuture()),
        "end of the write after it");
    check(
        await(echo, "echo after the cancellation").payload().equals(text),
        "the echo after the cancellation differs");
    happened("the pending read ended with TOTAL, the WebSocket stayed open, the next echo came");
    return true;
  }

  private Long compress(WebSocketStream webSocket) throws StepFailed, InterruptedException {
    check(webSocket.deflate() != null, "the server did not agree to permessage-deflate");
    byte[] json = quotes().getBytes(StandardCharsets.UTF_8);
    CompletableFuture<Message> echo = webSocket.asyncRead(useFuture());
    webSocket.compress(true);
    await(
        webSocket.asyncWrite(MessageKind.TEXT, ByteBuffer.wrap(json), useFuture()),
        "end of the write");
    webSocket.compress(false);
    check(
        await(echo, "echo of the compressed message").payload().equals(ByteBuffer.wrap(json)),
        "the echo of the compressed message differs");
    long compressed = seen(webSocket).compressedBytesSent();
    happened(
        String.format(
            Locale.ROOT,
            "%d bytes of JSON went out as %d (ratio %.1f), and came back whole",
            json.length,
            compressed,
            (double) json.length / compressed));
    check(compressed > 0 && compressed < json.length, "it was not compressed");
    return compressed;
  }

  /** A short message as applications send them, which fits a frame once it is compressed. */
  private static String quotes() {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < 40; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              String.format(
                  Locale.ROOT,
                  "{\"symbol\":\"PLY%d\",\"price\":%d.25,\"volume\":%d}",
                  i,
                  100 + i * 37 % 91,
                  100 * (i * 53 % 17)));
    }
    return json.append(']').toString();
  }

  private Integer burst(WebSocketStream webSocket) throws StepFailed, InterruptedException {
    int before = seen(webSocket).dataReceived();
    DemoBurst burst = new DemoBurst(webSocket, SHORT_MESSAGE_BYTES, BURST);
    webSocket.executor().execute(burst::start);
    long nanos = await(burst.ended(), "end of the messages");
    int echoes = seen(webSocket).dataReceived() - before;
    long rate = Math.round(echoes / (nanos / 1e9));
    happened(
        String.format(
            Locale.ROOT,
            "%d messages/s: %d echoes of %d bytes in %d ms, one at a time (indicative)",
            rate,
            echoes,
            SHORT_MESSAGE_BYTES,
            nanos / 1_000_000));
    check(echoes > 0, "no echo came back");
    return echoes;
  }

  private CloseOutcome close(WebSocketStream webSocket, WireTap tap)
      throws StepFailed, InterruptedException {
    CloseOutcome outcome =
        await(
            webSocket.asyncClose(CloseReason.NORMAL, useFuture()), "end of the closing handshake");
    Seen seen = seen(webSocket);
    happened(outcome.toString());
    check(outcome.handshakeComplete(), "the closing handshake is not complete");
    check(
        outcome.transport() == CloseOutcome.TransportEnd.GRACEFUL,
        "the transport did not end well");
    check(
        seen.closeSent() == CloseCode.NORMAL_CLOSURE
            && seen.closeReceived() == CloseCode.NORMAL_CLOSURE,
        "the close frames are not both 1000");
    check(!tap.isOpen(), "the layer below is still open");
    return outcome;
  }

  private Seen total(WebSocketStream webSocket, WireTap tap)
      throws StepFailed, InterruptedException {
    return await(
        on(
            webSocket,
            () -> {
              Seen seen = wire.seen();
              happened(
                  String.format(
                      Locale.ROOT,
                      "out %d frames, %d bytes, close %d; in %d frames, %d bytes, close %d",
                      tap.sentFrames(),
                      tap.sentBytes(),
                      seen.closeSent(),
                      tap.receivedFrames(),
                      tap.receivedBytes(),
                      seen.closeReceived()));
              return seen;
            }),
        "answer of the event loop");
  }

  /** Some text whose parts and frames end inside characters. */
  private static ByteBuffer text() {
    String sentence = "Gr\u00fc\u00dfe an alle, \u4e16\u754c! \ud83d\ude80 ";
    ByteBuffer bytes = ByteBuffer.allocate(MESSAGE_BYTES);
    byte[] piece = sentence.getBytes(StandardCharsets.UTF_8);
    while (bytes.remaining() >= piece.length) {
      bytes.put(piece);
    }
    while (bytes.hasRemaining()) {
      bytes.put((byte) '.');
    }
    return bytes.flip();
  }

  // ---- the frame of it

  private void happened(String what) {
    happened = what;
  }

  private <T> T step(String name, Step<T> step) throws StepFailed, InterruptedException {
    happened = "";
    try {
      T result = step.run();
      row(name, true, happened);
      return result;
    } catch (StepFailed | IOException | RuntimeException e) {
      row(name, false, OneLine.of(e) + (happened.isEmpty() ? "" : " (" + happened + ")"));
      throw new StepFailed(OneLine.of(e));
    }
  }

  private void row(String name, boolean ok, String what) {
    good &= ok;
    table.row(name, ok ? "ok" : "FAILED", what);
  }

  private static void check(boolean fine, String otherwise) throws StepFailed {
    if (!fine) {
      throw new StepFailed(otherwise);
    }
  }

  private static <T extends @Nullable Object> T await(CompletableFuture<T> future, String what)
      throws StepFailed, InterruptedException {
    try {
      return future.get(STEP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(false);
      throw new StepFailed("no " + what + " within " + Durations.text(STEP_LIMIT));
    } catch (ExecutionException e) {
      throw new StepFailed("no " + what + ": " + OneLine.of(Objects.requireNonNull(e.getCause())));
    }
  }

  private Seen seen(WebSocketStream webSocket) throws StepFailed, InterruptedException {
    return await(on(webSocket, wire::seen), "answer of the event loop");
  }

  /** Asks something on the executor of the stream. */
  private static <T> CompletableFuture<T> on(WebSocketStream webSocket, Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, webSocket.executor());
  }

  private void cleanUp(@Nullable Path folder) {
    if (client != null) {
      client.abort();
    }
    try {
      if (server != null) {
        CloseReason end = CloseReason.of(CloseCode.GOING_AWAY);
        server.asyncShutdown(end, Duration.ZERO, Duration.ofSeconds(2), useBlocking());
      }
      if (folder != null) {
        Files.deleteIfExists(folder.resolve("demo.sock"));
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      row("clean up", false, OneLine.of(e));
    }
  }
}
