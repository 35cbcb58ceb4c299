// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.balancer;

import io.plywire.conformance.ServerProcess;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A HAProxy in front of one server, for one test. */
final class Haproxy implements AutoCloseable {
  private final ServerProcess process;

  private Haproxy(ServerProcess process) {
    this.process = process;
  }

  /** Returns whether there is one on this machine. */
  static boolean isInstalled() throws InterruptedException {
    return ServerProcess.isInstalled("haproxy", "-v");
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
    Path file = folder.resolve("haproxy.cfg");
    return new Haproxy(
        ServerProcess.start(
            folder,
            address -> {
              Files.writeString(file, configuration(address, bind, port, server));
              return List.of("haproxy", "-db", "-f", file.toString());
            }));
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

  /** Returns where it listens. */
  InetSocketAddress address() {
    return process.address();
  }

  @Override
  public void close() {
    process.close();
  }
}
