// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Chromium without a window, which reaches this machine and nothing else. */
final class Chromium implements AutoCloseable {
  private static final String LISTENING = "DevTools listening on ";
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final Process process;
  private final Path profile;
  private final DevTools tools;

  private Chromium(Process process, Path profile, DevTools tools) {
    this.process = process;
    this.profile = profile;
    this.tools = tools;
  }

  /** Returns the program on this machine, or null. */
  static @Nullable Path find() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      for (String name : NAMES) {
        Path program = Path.of(folder, name);
        if (Files.isExecutable(program)) {
          return program;
        }
      }
    }
    return null;
  }

  /** Starts one. */
  static Chromium start(Path program) throws Exception {
    Path profile = Files.createTempDirectory("plywire-chromium");
    List<String> command =
        List.of(
            program.toString(),
            "--headless",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "--no-sandbox", // it cannot have one as root, and sees our pages only
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-crash-reporter",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            "--ignore-certificate-errors",
            "about:blank");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("TMPDIR", profile.toString()); // where it leaves things behind
    Process process = builder.start();
    try {
      String address = address(process).get(DevTools.PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new Chromium(process, profile, DevTools.connect(address));
    } catch (Exception e) {
      end(process, profile);
      throw e;
    }
  }

  /** Finds the address in what it prints, all of which has to be read. */
  private static CompletableFuture<String> address(Process process) {
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, address), "chromium-output");
    reader.setDaemon(true);
    reader.start();
    return address;
  }

  private static void read(Process process, CompletableFuture<String> address) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (line.startsWith(LISTENING)) {
          address.complete(line.substring(LISTENING.length()).strip());
        }
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
    address.completeExceptionally(
        new IOException("Chromium does not start:\n" + String.join("\n", lines)));
  }

  /** Opens a page, and returns when it is there. */
  Page open(String url) throws Exception {
    return Page.open(tools, url);
  }

  @Override
  public void close() throws IOException {
    tools.close();
    end(process, profile);
  }

  private static void end(Process process, Path profile) throws IOException {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(Chromium::delete);
    } catch (UncheckedIOException e) {
      // Some helper of it still writes there; a folder for temporary files may keep something.
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
