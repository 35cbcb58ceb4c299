// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.Discovery;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DemoCommandTest {
  @Test
  void everyTransportDoesEverything() {
    Result result = Cli.run("", "demo");

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .contains("inmemory  ws+memory://", "nio  ws://127.0.0.1:", "nio  ws+unix:/")
        .contains("8 parts", "pinged between its frames", "ended with TOTAL", "messages/s")
        .containsPattern("\\d+ bytes of JSON went out as \\d+ \\(ratio \\d")
        .contains("close 1000; in")
        .contains("9 of 9 ways to connect did everything")
        .doesNotContain("FAILED");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void transportThatFailsDoesNotHideTheOthers() {
    StringWriter out = new StringWriter();

    int exitCode =
        DemoCommand.run(
            Discovery.of(new Unreachable(true), new InMemoryTransport(), new Unreachable(false)),
            new PrintWriter(out, true));

    assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString())
        .contains("unreachable is unavailable: not today")
        .containsPattern("connect +FAILED +no connection: nobody there")
        .contains("4 of 8 ways to connect did everything")
        .doesNotContain("\tat ");
  }

  @Test
  void noTransportAtAllIsAFailure() {
    StringWriter out = new StringWriter();

    assertThat(DemoCommand.run(Discovery.of(), new PrintWriter(out, true)))
        .isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("no transport is available");
  }

  /** Listens, and cannot connect. */
  private static final class Unreachable implements TransportProvider {
    private final InMemoryTransport real = new InMemoryTransport();
    private final boolean available;

    Unreachable(boolean available) {
      this.available = available;
    }

    @Override
    public String name() {
      return "unreachable";
    }

    @Override
    public int spiVersion() {
      return 1;
    }

    @Override
    public Availability availability() {
      return available ? Availability.yes("so it says") : Availability.no("not today");
    }

    @Override
    public Set<Trait> traits() {
      return Set.of(Trait.LISTEN);
    }

    @Override
    public Set<String> schemes() {
      return Set.of("ws+memory");
    }

    @Override
    public StreamExecutor executor() {
      return real.executor();
    }

    @Override
    public void asyncConnect(
        Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
      Completions.immediately(
          handler, executor(), new StreamException(StreamError.REFUSED, "nobody there"), null);
    }

    @Override
    public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
      return real.listen(local, options);
    }
  }
}
