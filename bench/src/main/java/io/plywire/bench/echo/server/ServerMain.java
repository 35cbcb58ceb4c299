// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import com.google.gson.Gson;
import io.plywire.bench.echo.wire.Security;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The process of a server: says where it listens, tells its memory when asked, and ends when its
 * input does.
 */
public final class ServerMain {
  /** Begins the line that says on which port it listens. */
  public static final String PORT = "PORT ";

  /** Asks for {@link Memory}, answered in JSON. */
  public static final String MEMORY = "MEMORY";

  private static final int COLLECTIONS = 3;
  private static final int PAUSE_MILLIS = 100; // for cleaners, which run after a collection

  /**
   * What the JVM knows of its memory, after garbage collection.
   *
   * @param heap bytes of objects
   * @param direct bytes of direct buffers
   */
  public record Memory(long heap, long direct) {
    static Memory now() throws InterruptedException {
      for (int i = 0; i < COLLECTIONS; i++) {
        System.gc();
        Thread.sleep(PAUSE_MILLIS);
      }
      long direct =
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum();
      return new Memory(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), direct);
    }
  }

  private ServerMain() {}

  /**
   * Runs a server.
   *
   * @param args the name of one, that of how it encrypts, and the number of its loops
   * @throws Exception if it cannot start
   */
  @SuppressWarnings("SystemOut") // that is where the runner listens
  public static void main(String... args) throws Exception {
    EchoServer server =
        Names.find(args[0], ServerKind.values())
            .start(Names.find(args[1], Security.values()), Integer.parseInt(args[2]));
    System.out.println(PORT + server.port());
    answer();
    // Some servers would take seconds to say goodbye to connections that are gone.
    Runtime.getRuntime().halt(0);
  }

  @SuppressWarnings("SystemOut") // see above
  private static void answer() throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      if (!line.equals(MEMORY)) {
        throw new IOException("'" + line + "' is none of the questions");
      }
      System.out.println(new Gson().toJson(Memory.now()));
    }
  }
}
