// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Role;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One pipe on a manual executor, with WebSocket streams or raw peers on its ends, a validator on
 * each direction, and a look for leaks at the end. Use it in a {@code try} block.
 */
public final class Harness implements AutoCloseable {
  private static final long MAX_TASKS = 5_000_000;

  public final ManualExecutor executor = new ManualExecutor();
  public final InMemoryPipe pipe;
  public final InMemoryStream clientEnd;
  public final InMemoryStream serverEnd;

  /** What compresses, for tests that do; nothing of it may be alive in the end. */
  public final CountingEngine engine = new CountingEngine(DeflateEngine.jdk());

  /** Watches what the client sends; null where a raw peer does. */
  public WireValidator fromClient;

  /** Watches what the server sends; null where a raw peer does. */
  public WireValidator fromServer;

  private final List<WebSocketStream> streams = new ArrayList<>();
  private final List<RawPeer> peers = new ArrayList<>();
  private final List<Recorded<?>> handlers = new ArrayList<>();

  public Harness() {
    this(InMemoryPipe.DEFAULT_WINDOW_BYTES);
  }

  public Harness(int windowBytes) {
    this(builder -> builder.windowBytes(windowBytes));
  }

  public Harness(UnaryOperator<InMemoryPipe.Builder> shape) {
    pipe = shape.apply(InMemoryPipe.builder(executor)).build();
    clientEnd = pipe.client();
    serverEnd = pipe.server();
  }

  /** Options without any deadline, so that a test sees no timer it did not ask for. */
  public static WebSocketOptions quiet() {
    return WebSocketOptions.defaults().withTimeouts(Timeouts.none());
  }

  /** Options without any deadline that compress, whatever it saves. */
  public WebSocketOptions deflating() {
    return quiet().withDeflate(DeflateOptions.defaults().withEngine(engine).withThreshold(0));
  }

  /** Makes the client's stream; not open yet. */
  public WebSocketStream client(WebSocketOptions options) {
    fromClient = new WireValidator("client to server", true, true);
    clientEnd.tap(Direction.OUTBOUND, fromClient);
    join();
    return track(new WebSocketStream(clientEnd, options));
  }

  /** Makes the server's stream; not open yet. */
  public WebSocketStream server(WebSocketOptions options) {
    fromServer = new WireValidator("server to client", false, true);
    serverEnd.tap(Direction.OUTBOUND, fromServer);
    join();
    return track(new WebSocketStream(serverEnd, options));
  }

  /** Makes a stream in a role whose opening somebody else has done; open. */
  public WebSocketStream upgraded(WebSocketOptions options, Upgraded by) {
    boolean client = by.role() == Role.CLIENT;
    WireValidator wire = new WireValidator(by.role().toString(), client, false);
    (client ? clientEnd : serverEnd).tap(Direction.OUTBOUND, wire);
    if (client) {
      fromClient = wire;
    } else {
      fromServer = wire;
    }
    return track(new WebSocketStream(client ? clientEnd : serverEnd, options, by));
  }

  private void join() {
    if (fromClient != null && fromServer != null) {
      fromServer.answers(fromClient);
    }
  }

  private WebSocketStream track(WebSocketStream stream) {
    streams.add(stream);
    return stream;
  }

  /** Makes a peer that speaks bytes, on the end of a role. */
  public RawPeer raw(Role role) {
    RawPeer peer = new RawPeer(role == Role.CLIENT ? clientEnd : serverEnd);
    peers.add(peer);
    return peer;
  }

  /** Makes a handler whose runs are counted at the end. */
  public <T> Recorded<T> handler(String name) {
    Recorded<T> recorded = new Recorded<>(name);
    handlers.add(recorded);
    return recorded;
  }

  /** Lets everything happen that can happen without time passing. */
  public void run() {
    executor.runUntilIdle(MAX_TASKS);
  }

  /** Opens a client and a server to each other. */
  public void open(WebSocketStream client, WebSocketStream server) {
    Recorded<UpgradeResponse> handshake = handler("handshake");
    Recorded<UpgradeRequest> accept = handler("accept");
    server.asyncAccept(accept);
    client.asyncHandshake("example.com", "/", handshake);
    run();
    handshake.result();
    accept.result();
  }

  /** Opens a stream in the role of a server to a raw client that sends further fields. */
  public RawPeer openServer(WebSocketStream server, String... fields) {
    RawPeer peer = raw(Role.CLIENT);
    Recorded<UpgradeRequest> accept = handler("accept");
    server.asyncAccept(accept);
    peer.send(request(fields));
    run();
    accept.result();
    peer.forgetHead();
    return peer;
  }

  /** Opens a stream in the role of a client to a raw server that sends further fields. */
  public RawPeer openClient(WebSocketStream client, String... fields) {
    RawPeer peer = raw(Role.SERVER);
    Recorded<UpgradeResponse> handshake = handler("handshake");
    client.asyncHandshake("example.com", "/", handshake);
    run();
    String response = RawPeer.response(peer.receivedText(), fields);
    fromClient.agree(response);
    peer.send(response);
    peer.forgetHead();
    run();
    handshake.result();
    return peer;
  }

  /** Returns a proper upgrade request. */
  public static String request(String... fields) {
    return "GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + RawPeer.lines(fields)
        + "\r\n";
  }

  /** Starts to write a whole message. */
  public Recorded<Long> write(WebSocketStream stream, String text) {
    return writeSome(stream, true, text);
  }

  /** Starts to write a part of a message. */
  public Recorded<Long> writeSome(WebSocketStream stream, boolean fin, String text) {
    Recorded<Long> recorded = handler("write '" + abbreviate(text) + "'");
    stream.asyncWriteSome(fin, bytes(text), Recorded.io(recorded));
    return recorded;
  }

  /** Starts to read a whole message; its text is there when the handler has run. */
  public Received read(WebSocketStream stream) {
    return new Received(this, stream);
  }

  public Recorded<Void> ping(WebSocketStream stream, String payload) {
    Recorded<Void> recorded = handler("ping '" + payload + "'");
    stream.asyncPing(bytes(payload), recorded);
    return recorded;
  }

  public Recorded<Void> pong(WebSocketStream stream, String payload) {
    Recorded<Void> recorded = handler("pong '" + payload + "'");
    stream.asyncPong(bytes(payload), recorded);
    return recorded;
  }

  public Recorded<CloseOutcome> close(WebSocketStream stream, CloseReason reason) {
    Recorded<CloseOutcome> recorded = handler("close " + reason);
    stream.asyncClose(reason, recorded);
    return recorded;
  }

  public static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String abbreviate(String text) {
    return text.length() <= 20 ? text : text.substring(0, 20) + "… (" + text.length() + ")";
  }

  /** Ends everything and demands that nothing is left. */
  @Override
  public void close() {
    for (WebSocketStream stream : streams) {
      stream.abort();
    }
    for (RawPeer peer : peers) {
      peer.stop();
    }
    clientEnd.close();
    serverEnd.close();
    run();
    for (Recorded<?> handler : handlers) {
      assertThat(handler.runs()).as("runs of the handler of %s", handler).isEqualTo(1);
    }
    assertThat(clientEnd.outstanding()).as("outstanding on the client's end").isEmpty();
    assertThat(serverEnd.outstanding()).as("outstanding on the server's end").isEmpty();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(engine.compressors()).as("compressors alive").isZero();
    assertThat(engine.decompressors()).as("decompressors alive").isZero();
    assertThat(engine.misuse()).as("engine used too late").isNull();
    assertThat(executor.buffers().outstanding()).as("buffers not returned").isZero();
  }
}
