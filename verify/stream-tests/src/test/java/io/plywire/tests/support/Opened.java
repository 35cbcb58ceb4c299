// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A stream in one of the roles, open, and a raw peer that speaks as its counterpart has to. */
public final class Opened implements AutoCloseable {
  public final Harness h;
  public final WebSocketStream stream;
  public final RawPeer peer;
  private final Role role;

  public Opened(Role role, WebSocketOptions options) {
    this(role, options, InMemoryPipe.DEFAULT_WINDOW_BYTES);
  }

  /** Opens the stream through a pipe with the given window. */
  public Opened(Role role, WebSocketOptions options, int windowBytes) {
    this(role, h -> options, windowBytes, new String[0]);
  }

  /**
   * Opens the stream with options that may use the harness, to a peer whose part of the opening has
   * further fields.
   */
  public Opened(
      Role role, Function<Harness, WebSocketOptions> options, int windowBytes, String... fields) {
    this.role = role;
    h = new Harness(windowBytes);
    if (role == Role.CLIENT) {
      stream = h.client(options.apply(h));
      peer = h.openClient(stream, fields);
    } else {
      stream = h.server(options.apply(h));
      peer = h.openServer(stream, fields);
    }
  }

  public static Opened as(Role role) {
    return new Opened(role, Harness.quiet());
  }

  /** Opens a stream that has agreed with its peer on compression, by default options. */
  public static Opened deflating(Role role, String... parameters) {
    return new Opened(
        role,
        Harness::deflating,
        InMemoryPipe.DEFAULT_WINDOW_BYTES,
        "Sec-WebSocket-Extensions: "
            + Stream.concat(Stream.of("permessage-deflate"), Stream.of(parameters))
                .collect(Collectors.joining("; ")));
  }

  /** Returns the frame as the peer has to send it: masked if the peer is the client. */
  public Frame fromPeer(Frame frame) {
    return role == Role.SERVER ? frame.mask() : frame;
  }

  /** Returns the frames on the wire as the peer has to send them. */
  public byte[] encode(Frame... frames) {
    return Frame.encodeAll(Arrays.stream(frames).map(this::fromPeer).toArray(Frame[]::new));
  }

  /** Lets the peer send frames in one piece, and all happen that follows. */
  public void receive(Frame... frames) {
    peer.send(encode(frames));
    h.run();
  }

  /** Lets the peer send bytes in one piece, and all happen that follows. */
  public void receive(byte[] bytes) {
    peer.send(bytes);
    h.run();
  }

  /** Returns our end of the pipe. */
  public InMemoryStream end() {
    return role == Role.CLIENT ? h.clientEnd : h.serverEnd;
  }

  /** Returns the watch on what the stream sends. */
  public WireValidator wire() {
    return role == Role.CLIENT ? h.fromClient : h.fromServer;
  }

  /** Returns what the stream has sent. */
  public List<Frame> sent() {
    return wire().frames();
  }

  /** Returns what the stream has sent, in short. */
  public List<String> briefs() {
    return sent().stream().map(Frame::brief).toList();
  }

  /** Returns the code of the close frame that the stream has sent last. */
  public int sentCloseCode() {
    Frame last = sent().get(sent().size() - 1);
    if (last.opcode() != 8 || last.payload().length < 2) {
      throw new AssertionError("no close frame with a code at the end of " + briefs());
    }
    return (last.payload()[0] & 0xFF) << 8 | last.payload()[1] & 0xFF;
  }

  @Override
  public void close() {
    h.close();
  }
}
