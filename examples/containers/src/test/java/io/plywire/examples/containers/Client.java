// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bare connection of a client that speaks HTTP by hand. */
record Client(AsyncStream stream) {
  private static final NioTransport TRANSPORT = new NioTransport();

  static Client connect(int port, TransportOptions options) throws IOException {
    Endpoint endpoint = Endpoint.parse("ws://" + Containers.LOOPBACK + ":" + port + "/");
    return new Client(TRANSPORT.asyncConnect(endpoint, options, useBlocking()));
  }

  static byte[] request(int port, String target, String... fields) {
    String head =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: "
            + Containers.LOOPBACK
            + ":"
            + port
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    return (head + String.join("\r\n", fields) + (fields.length > 0 ? "\r\n\r\n" : "\r\n"))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  void send(byte[] bytes) throws IOException {
    AsyncStreams.writeAll(stream, new ByteBuffer[] {ByteBuffer.wrap(bytes)}, useBlocking());
  }

  /** Reads a head that nothing follows. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append(some());
    }
    return head.toString();
  }

  /** Reads some bytes, as characters. */
  String some() throws IOException {
    ByteBuffer some = ByteBuffer.allocate(4096);
    stream.asyncReadSome(some, useBlocking());
    return StandardCharsets.ISO_8859_1.decode(some.flip()).toString();
  }

  /** Reads until the server ends the connection, in order. */
  String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    while (true) {
      try {
        rest.append(some());
      } catch (StreamException e) {
        if (e.error() != StreamError.EOF) {
          throw e;
        }
        return rest.toString();
      }
    }
  }
}
