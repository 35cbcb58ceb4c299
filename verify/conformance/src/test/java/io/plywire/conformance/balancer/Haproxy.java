// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.balancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A HAProxy in front of one server, for one test. It listens on a port that was free on a loopback
 * address of its own, which HAProxy cannot choose by itself.
 */
final class Haproxy implements AutoCloseable {
  private static final int TRIES = 5;
  private static final int MOST_ROUNDS = 3000; // of a hundredth of a second, while it lives

  private final Process process;
  private final InetSocketAddress address;

  private Haproxy(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Returns whether there is one on this machine. */
  static boolean isInstalled() throws InterruptedException {
    try {
      Process version =
          new ProcessBuilder("haproxy", "-v")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return version.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param folder for its files
   * @param bind what follows the address in the line of that name
   * @param port where the server is, on 127.0.0.1
   * @param server what follows the address in the line of the server
   */
  static Haproxy start(Path folder, String bind, int port, String server) throws Exception {
    Path log = folder.resolve("haproxy.log");
    for (int i = 0; i < TRIES; i++) {
      InetSocketAddress address = freeAddress();
      Path file = folder.resolve("haproxy.cfg");
      Files.writeString(file, configuration(address, bind, port, server));
      Process process =
          new ProcessBuilder("haproxy", "-db", "-f", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (listens(process, address)) {
        return new Haproxy(process, address);
      }
      process.destroyForcibly().waitFor();
    }
    throw new AssertionError("HAProxy does not start:\n" + Files.readString(log));
  }

  private static InetSocketAddress freeAddress() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] own = {127, (byte) random.nextInt(1, 255), (byte) random.nextInt(256), 1};
    InetAddress host = InetAddress.getByAddress(own);
    try (ServerSocket free = new ServerSocket(0, 1, host)) {
      return new InetSocketAddress(host, free.getLocalPort());
    }
  }

  private static String configuration(
      InetSocketAddress address, String bind, int port, String server) {
    return """
        global
            maxconn 100
        defaults
            mode tcp
            timeout connect 60s
            timeout client 60s
            timeout server 60s
        frontend door
            bind %s:%s %s
            unique-id-format door-%%ci-%%cp
            default_backend house
        backend house
            server house 127.0.0.1:%s %s
        """
        .formatted(
            address.getAddress().getHostAddress(),
            Integer.toString(address.getPort()),
            bind,
            Integer.toString(port),
            server);
  }

  private static boolean listens(Process process, InetSocketAddress address)
      throws InterruptedException {
    for (int i = 0; i < MOST_ROUNDS; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(address);
        return true; // this connection comes to the server as well, and ends without a word
      } catch (IOException e) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    }
    return false;
  }

  /** Returns where it listens. */
  InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
