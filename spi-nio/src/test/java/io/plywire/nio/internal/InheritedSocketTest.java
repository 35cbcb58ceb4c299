// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.transport.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process listens on the socket that is its standard input. Java cannot start one so; Python
 * makes the socket and hands it down.
 */
@Timeout(120)
class InheritedSocketTest {
  private static final String STARTER =
      """
      import socket, subprocess, sys
      kind, path, child = sys.argv[1], sys.argv[2], sys.argv[3:]
      given = subprocess.DEVNULL
      if kind == 'tcp' or kind == 'connection':
          listener = given = socket.create_server(('127.0.0.1', 0))
      if kind == 'connection':
          client = socket.create_connection(listener.getsockname())
          given = listener.accept()[0]
      if kind == 'idle':
          given = socket.socket()
      if kind == 'udp':
          given = socket.socket(type=socket.SOCK_DGRAM)
          given.bind(('127.0.0.1', 0))
      if kind == 'unix':
          given = socket.socket(socket.AF_UNIX)
          given.bind(path)
          given.listen()
      process = subprocess.Popen(child, stdin=given)
      if kind != 'none':
          given.close()  # only the child has it now
      sys.exit(process.wait())
      """;

  private static Process start(String kind, Path path, String endpoint) {
    List<String> command =
        List.of(
            "python3",
            "-c",
            STARTER,
            kind,
            path.toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            InheritedChild.class.getName(),
            endpoint);
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      assumeTrue(false, "python3 is not installed, nothing hands down a socket: " + e.getMessage());
      throw new AssertionError(e);
    }
  }

  private static String listens(Process process) throws IOException {
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line).startsWith("listening ");
    return line.substring("listening ".length());
  }

  /** Connects, and reads what the process says of listening again before and after its close. */
  private static void assertServesOnce(Endpoint endpoint) throws IOException {
    try (SocketChannel client = SocketChannel.open(Rig.address(endpoint))) {
      ByteBuffer told = ByteBuffer.allocate(100);
      while (client.read(told) >= 0) {
        assertThat(told.hasRemaining()).isTrue();
      }
      client.shutdownOutput();
      assertThat(new String(told.array(), 0, told.position(), StandardCharsets.US_ASCII))
          .isEqualTo("ADDRESS_IN_USE CLOSED");
    }
    assertThatThrownBy(() -> SocketChannel.open(Rig.address(endpoint)).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void listensOnAnInheritedPort() throws Exception {
    Process process = start("tcp", Path.of("-"), "ws://localhost:1/");
    try {
      Endpoint endpoint = Endpoint.parse(listens(process));
      assertThat(endpoint.address()).isEqualTo("127.0.0.1");
      assertThat(endpoint.port()).isGreaterThan(1);
      assertServesOnce(endpoint);
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroy();
    }
  }

  @Test
  void listensOnAnInheritedUnixSocketWhoseFileStays() throws Exception {
    Path path = Wire.freshPath();
    Process process = start("unix", path, "ws+unix:/anything");
    try {
      assertThat(listens(process)).isEqualTo(Wire.unix(path).toString());
      assertServesOnce(Wire.unix(path));
      assertThat(process.waitFor()).isZero();
      assertThat(path).exists();
    } finally {
      process.destroy();
      Files.deleteIfExists(path);
    }
  }

  @Test
  void whatIsNoListeningSocketIsRefused() throws Exception {
    assertRefused("none", "ws://localhost:1/", "standard input is not a socket");
    assertRefused("connection", "ws://localhost:1/", "standard input is a connection");
    assertRefused("idle", "ws://localhost:1/", "does not listen");
    assertRefused("udp", "ws://localhost:1/", "does not listen");
    assertRefused("tcp", "ws+unix:/anything", "which is not for ws+unix");
    Path path = Wire.freshPath();
    assertRefused("unix", path, "ws://localhost:1/", "which is not for ws");
    Files.deleteIfExists(path);
  }

  private static void assertRefused(String kind, String endpoint, String why) throws Exception {
    assertRefused(kind, Path.of("-"), endpoint, why);
  }

  private static void assertRefused(String kind, Path path, String endpoint, String why)
      throws Exception {
    Process process = start(kind, path, endpoint);
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine())
          .startsWith("ADDRESS_UNAVAILABLE cannot listen on " + endpoint)
          .contains("no listening socket was inherited")
          .contains(why);
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroy();
    }
  }
}
