// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.plywire.transport.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The head of what a server answers to a request, and the connection, to be kept or closed. */
record HttpAnswer(Socket socket, List<String> head) implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  /** Asks for a target, with lines of further fields. */
  static HttpAnswer to(String url, String target, String... fields) throws IOException {
    Endpoint server = Endpoint.parse(url);
    Socket socket = new Socket(server.host(), server.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    String request = "GET " + target + " HTTP/1.1\r\nHost: " + server.hostField() + "\r\n";
    for (String field : fields) {
      request += field + "\r\n";
    }
    socket.getOutputStream().write((request + "\r\n").getBytes(ISO_8859_1));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    List<String> head = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
    return new HttpAnswer(socket, head);
  }

  /** Asks for a WebSocket of a version. */
  static HttpAnswer toUpgrade(String url, String target, int version) throws IOException {
    return to(
        url,
        target,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: " + version);
  }

  int status() {
    return Integer.parseInt(head.get(0).split(" ")[1]);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
