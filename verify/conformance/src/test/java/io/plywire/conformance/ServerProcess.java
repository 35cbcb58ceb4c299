// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A server of somebody else, for one test. It listens on a port that was free on a loopback address
 * of its own, which such servers cannot choose by themselves.
 */
public final class ServerProcess implements AutoCloseable {
  private static final int TRIES = 5;
  private static final int MOST_ROUNDS = 3000; // of a hundredth of a second, while it lives

  private final Process process;
  private final InetSocketAddress address;

  private ServerProcess(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Makes the files of a server that shall listen somewhere, and returns its command line. */
  @FunctionalInterface
  public interface Setup {
    List<String> command(InetSocketAddress address) throws IOException;
  }

  /** Returns whether a command is there and answers this option with 0. */
  public static boolean isInstalled(String... command) throws InterruptedException {
    try {
      Process version =
          new ProcessBuilder(command)
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
   * @param folder for what it says
   * @param setup how
   */
  public static ServerProcess start(Path folder, Setup setup) throws Exception {
    Path log = folder.resolve("server.log");
    for (int i = 0; i < TRIES; i++) {
      InetSocketAddress address = freeAddress();
      Process process =
          new ProcessBuilder(setup.command(address))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (listens(process, address)) {
        return new ServerProcess(process, address);
      }
      process.destroyForcibly().waitFor();
    }
    throw new AssertionError("the server does not start:\n" + Files.readString(log));
  }

  private static InetSocketAddress freeAddress() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] own = {127, (byte) random.nextInt(1, 255), (byte) random.nextInt(256), 1};
    InetAddress host = InetAddress.getByAddress(own);
    try (ServerSocket free = new ServerSocket(0, 1, host)) {
      return new InetSocketAddress(host, free.getLocalPort());
    }
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
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
