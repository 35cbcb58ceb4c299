// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.IoHandler;
import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback.Kind;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A WebSocket on top of the stream: C1. */
final class Conversing {
  private static final int[] SIZES = {0, 1, 125, 126, 127, 4096, 65_535, 65_536, 300_000};

  private static final Rule ECHO = Rule.of("C1.1"); // also where it is for something else

  private static final String REQUEST =
      """
      GET / HTTP/1.1
      Host: tck
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");

  private final Scene scene;
  private final WebSocketStream client;
  private final WebSocketStream server;

  private Conversing(Scene scene) throws Exception {
    this.scene = scene;
    StreamPair pair = scene.unwatched();
    client = new WebSocketStream(scene.watched(pair.client(), "client"));
    server = new WebSocketStream(scene.watched(pair.server(), "server"));
    CompletableFuture<?> accepted = server.asyncAccept(useFuture());
    get(client.asyncHandshake("tck", "/", useFuture()), "the client's handshake");
    get(accepted, "the server's handshake");
    client.writeKind(MessageKind.BINARY);
  }

  static List<Experiment> all() {
    return List.of(
        check("C1.1", "messagesOfManySizesAreEchoed", s -> new Conversing(s).echoes()),
        check("C1.2", "firstFrameTogetherWithTheRequest", Conversing::glued),
        check("C1.3", "bothCloseAtOnce", s -> new Conversing(s).closes()),
        check("C1.4", "pingBetweenThePartsOfAMessage", s -> new Conversing(s).ping()),
        check(
            "C1.5", "cancelledReadLeavesTheConversation", s -> new Conversing(s).cancelledRead()));
  }

  private <T> T get(CompletableFuture<T> future, String what) throws InterruptedException {
    return get(scene, future, what);
  }

  private static <T> T get(Scene scene, CompletableFuture<T> future, String what)
      throws InterruptedException {
    try {
      return future.get(scene.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw scene.violation(
          scene.rule(), what + " did not complete within " + Durations.text(scene.patience()));
    } catch (ExecutionException e) {
      throw scene.violation(scene.rule(), what + " failed", e.getCause());
    }
  }

  private void echoes() throws Exception {
    Random random = scene.random();
    for (int each : SIZES) {
      int size = scene.atMost(each);
      byte[] payload = new byte[size];
      random.nextBytes(payload);
      CompletableFuture<Message> heard = server.asyncRead(useFuture());
      CompletableFuture<Message> echo = client.asyncRead(useFuture());
      CompletableFuture<Long> sent =
          client.asyncWrite(MessageKind.BINARY, ByteBuffer.wrap(payload), useFuture());
      Message message = get(heard, "reading a message of " + size + " bytes");
      get(sent, "writing a message of " + size + " bytes");
      CompletableFuture<Long> answered = server.asyncWrite(message, useFuture());
      scene.check(
          ECHO,
          get(echo, "reading the echo of " + size + " bytes")
              .payload()
              .equals(ByteBuffer.wrap(payload)),
          "the echo of a message of %d bytes differs",
          size);
      get(answered, "writing the echo of " + size + " bytes");
    }
  }

  private static void glued(Scene scene) throws Exception {
    StreamPair pair = scene.unwatched();
    AsyncStream raw = scene.watched(pair.client(), "client");
    WebSocketStream server = new WebSocketStream(scene.watched(pair.server(), "server"));
    // A masked text frame "Hi" whose key is zero (RFC 6455, section 5.2).
    byte[] frame = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'H', 'i'};
    ByteBuffer[] both = {
      ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)), ByteBuffer.wrap(frame)
    };
    CompletableFuture<?> accepted = server.asyncAccept(useFuture());
    discard(raw); // the answer
    CompletableFuture<Long> sent = AsyncStreams.writeAll(raw, both, useFuture());
    get(scene, accepted, "the handshake");
    String text = get(scene, server.asyncRead(useFuture()), "reading the first message").text();
    get(scene, sent, "writing request and frame");
    scene.check(text.equals("Hi"), "the first frame was read as '%s'", text);
  }

  /** Reads whatever comes. */
  private static void discard(AsyncStream stream) {
    ByteBuffer target = ByteBuffer.allocate(1000);
    stream.asyncReadSome(
        target,
        new IoHandler() {
          @Override
          public void completed(@Nullable IOException error, long bytes) {
            if (error == null) {
              stream.asyncReadSome(target.clear(), this);
            }
          }
        });
  }

  private void closes() throws Exception {
    CompletableFuture<CloseOutcome> ofClient = new CompletableFuture<>();
    CompletableFuture<CloseOutcome> ofServer = new CompletableFuture<>();
    scene.racers().race(() -> close(client, ofClient), () -> close(server, ofServer));
    for (CloseOutcome outcome :
        List.of(get(ofClient, "the client's close"), get(ofServer, "the server's close"))) {
      scene.check(outcome.handshakeComplete(), "a close handshake ended with %s", outcome);
    }
  }

  private static void close(WebSocketStream stream, CompletableFuture<CloseOutcome> outcome) {
    stream.asyncClose(
        CloseReason.NORMAL,
        (error, result) -> {
          if (result == null) {
            outcome.completeExceptionally(error == null ? new AssertionError("null") : error);
          } else {
            outcome.complete(result);
          }
        });
  }

  private void ping() throws Exception {
    CompletableFuture<Kind> ponged = new CompletableFuture<>();
    client.controlCallback((kind, payload) -> ponged.complete(kind));
    CompletableFuture<Message> read = server.asyncRead(useFuture());
    CompletableFuture<Message> answer = client.asyncRead(useFuture());
    get(client.asyncWriteSome(false, ByteBuffer.allocate(50_000), useFuture()), "the first part");
    get(client.asyncPing(ByteBuffer.allocate(4), useFuture()), "the ping");
    get(client.asyncWriteSome(true, ByteBuffer.allocate(50_000), useFuture()), "the last part");
    int size = get(read, "reading the message in parts").payload().remaining();
    scene.check(size == 100_000, "a message of 100000 bytes has %d", size);
    scene.check(get(ponged, "the answer to the ping") == Kind.PONG, "the ping was not answered");
    get(
        server.asyncWrite(MessageKind.BINARY, ByteBuffer.allocate(1), useFuture()),
        "the last message");
    get(answer, "reading the last message");
  }

  private void cancelledRead() throws Exception {
    Outcome<Message> read = scene.outcome("read of a message");
    client.asyncRead(read);
    scene.settle(client.executor());
    read.cancel(CancellationType.TOTAL);
    read.ended();
    scene.check(read.error() != null, "a cancelled read succeeded");
    echoes();
  }
}
