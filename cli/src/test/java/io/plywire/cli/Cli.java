// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs the command within this JVM, with its own standard streams. */
final class Cli {
  static final long PATIENCE_SECONDS = 30;

  private static final String LISTENING = "listening on ";

  private Cli() {}

  /** How the command ended. */
  record Result(int exitCode, byte[] outBytes, String err) {
    String out() {
      return new String(outBytes, StandardCharsets.UTF_8);
    }

    /** Checks that it failed with one line of words, and no stack trace. */
    Result failedInOneLine(int expected) {
      assertThat(exitCode).as(err).isEqualTo(expected);
      assertThat(err.lines()).hasSize(1);
      assertThat(err).doesNotContain("\tat ").startsWith("plywire");
      return this;
    }
  }

  static Result run(String in, String... args) {
    return run(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), args);
  }

  static Result run(InputStream in, String... args) {
    return run(in, Map.of(), args);
  }

  static Result run(InputStream in, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(Terminal.of(in, out, err, StandardCharsets.UTF_8, environment), args);
    return new Result(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** Starts a command on a thread of its own. */
  static Running start(InputStream in, String... args) {
    return new Running(in, args);
  }

  /** Starts {@code serve} and waits until it listens. */
  static Running serve(String... args) throws InterruptedException {
    String[] all = new String[args.length + 1];
    all[0] = "serve";
    System.arraycopy(args, 0, all, 1, args.length);
    Running server = start(InputStream.nullInputStream(), all);
    String line = server.nextLine();
    assertThat(line).startsWith(LISTENING);
    server.url = line.substring(LISTENING.length());
    return server;
  }

  /** A command that runs. */
  static final class Running implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;
    private String url = "";

    private Running(InputStream in, String... args) {
      Terminal terminal = Terminal.of(in, new Lines(lines), err, StandardCharsets.UTF_8);
      thread =
          new Thread(
              () -> {
                try {
                  exitCode.complete(Main.run(terminal, args));
                } catch (Throwable e) {
                  exitCode.completeExceptionally(e);
                }
              });
      thread.start();
    }

    String url() {
      return url;
    }

    String nextLine() throws InterruptedException {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(line).as("a line of output; errors: " + err).isNotNull();
      return line;
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    int exitCode() throws Exception {
      return exitCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends it as a signal would, and returns its exit code. */
    int stop() throws Exception {
      thread.interrupt();
      return exitCode();
    }

    @Override
    public void close() {
      thread.interrupt();
      exitCode.completeOnTimeout(-1, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  private static final class Lines extends OutputStream {
    private final BlockingQueue<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(BlockingQueue<String> lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        lines.add(line.toString(StandardCharsets.UTF_8).stripTrailing());
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
