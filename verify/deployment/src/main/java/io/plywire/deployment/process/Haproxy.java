// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** HAProxy in front of several servers. */
public final class Haproxy implements AutoCloseable {
  private static final int TRIES = 5;
  private static final int MOST_ROUNDS = 6000; // of a hundredth of a second, while it lives

  private final Process process;
  private final InetSocketAddress address;
  private final Path control;

  private Haproxy(Process process, InetSocketAddress address, Path control) {
    this.process = process;
    this.address = address;
    this.control = control;
  }

  /** Returns whether there is one on this machine. */
  public static boolean isInstalled() throws InterruptedException {
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
   * Starts one and waits until it listens, on a port that was free on a loopback address of its
   * own, which HAProxy cannot choose by itself.
   *
   * @param folder for its files
   * @param servers where they are, by their names
   */
  public static Haproxy start(Path folder, Map<String, InetSocketAddress> servers)
      throws IOException, InterruptedException {
    Path log = folder.resolve("haproxy.log");
    Path file = folder.resolve("haproxy.cfg");
    Path control = folder.resolve("haproxy.sock");
    for (int i = 0; i < TRIES; i++) {
      InetSocketAddress address = freeAddress();
      Files.writeString(file, configuration(address, control, servers));
      Process process =
          new ProcessBuilder("haproxy", "-db", "-f", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Haproxy started = new Haproxy(process, address, control);
      if (started.listens()) {
        return started;
      }
      started.close();
    }
    throw new IOException("HAProxy does not start:\n" + Files.readString(log));
  }

  private static InetSocketAddress freeAddress() throws IOException {
    InetAddress host = InetAddress.getByName(ownLoopback(1));
    try (ServerSocket free = new ServerSocket(0, 1, host)) {
      return new InetSocketAddress(host, free.getLocalPort());
    }
  }

  /**
   * Returns an address of this machine that hardly anybody else uses, and that no connection has as
   * its own end: a port there stays free while its server is away.
   *
   * @param last its last number
   */
  public static String ownLoopback(int last) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127." + random.nextInt(1, 255) + "." + random.nextInt(256) + "." + last;
  }

  /** The page about servers quotes this and says why; keep them alike. */
  private static String configuration(
      InetSocketAddress address, Path control, Map<String, InetSocketAddress> servers) {
    StringBuilder lines = new StringBuilder();
    servers.forEach(
        (name, at) ->
            lines.append("    server ").append(name).append(' ').append(text(at)).append('\n'));
    return """
        global
            stats socket %s mode 600 level user
        defaults
            mode http
            timeout connect 5s
            timeout check 10s
            timeout client 60s
            timeout server 60s
            timeout tunnel 1h
            timeout client-fin 30s
            timeout server-fin 30s
            retries 3
            option redispatch 1
            retry-on conn-failure empty-response
        frontend door
            bind %s
            default_backend house
        backend house
            balance leastconn
            option httpchk GET /health
            http-check expect status 200
            default-server check inter 500ms fall 1 rise 2
        """
            .formatted(control, text(address))
        + lines;
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private boolean listens() throws InterruptedException {
    for (int i = 0; i < MOST_ROUNDS; i++) {
      try {
        servers();
        return true;
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

  /** Returns its number. */
  public long pid() {
    return process.pid();
  }

  /** Returns whether it would send clients to a server. */
  public boolean isUp(String server) throws IOException {
    return "UP".equals(Objects.requireNonNull(servers().get(server)).get("status"));
  }

  /** Returns a number of its statistics, summed over all servers. */
  public long sum(String name) throws IOException {
    long sum = 0;
    for (Map<String, String> server : servers().values()) {
      String value = server.get(name);
      sum += value == null || value.isEmpty() ? 0 : Long.parseLong(value);
    }
    return sum;
  }

  private Map<String, Map<String, String>> servers() throws IOException {
    List<String> lines = ask("show stat\n").lines().toList();
    String[] names = lines.get(0).substring(2).split(",", -1);
    Map<String, Map<String, String>> servers = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(",", -1);
      if (words.length > 1 && words[0].equals("house") && !words[1].equals("BACKEND")) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < words.length && i < names.length; i++) {
          values.put(names[i], words[i]);
        }
        servers.put(words[1], values);
      }
    }
    return servers;
  }

  private String ask(String question) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(control));
      channel.write(StandardCharsets.US_ASCII.encode(question));
      ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
      StringBuilder answer = new StringBuilder();
      while (channel.read(buffer) >= 0) {
        answer.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        buffer.clear();
      }
      return answer.toString();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
