// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.certificates.MadeCertificate;
import io.plywire.conformance.suite.Installation;
import io.plywire.conformance.suite.SuiteException;
import io.plywire.conformance.suite.SuiteProcess;
import io.plywire.conformance.verdict.CaseId;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.conformance.verdict.Outcome;
import io.plywire.conformance.verdict.SuiteReport;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.Role;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of the suite against plywire in one role.
 *
 * <p>As a server it echoes, and the suite's client connects once for each case. As a client it asks
 * the suite's server for one case after the other, and echoes too.
 */
final class RoleRun {
  /**
   * By how much to multiply the deadlines of the suite. Many are a second, set for a Python that
   * starts at full speed; neither Jython nor a busy machine should decide a verdict.
   */
  static final int PATIENCE = 10;

  private static final String HOST = "127.0.0.1";
  private static final String AGENT = "plywire";
  private static final MadeCertificate CERTIFICATE = MadeCertificate.selfSigned(HOST);

  /** Until Jython has compiled the suite, which takes it ten seconds on an idle machine. */
  private static final Duration STARTING = Duration.ofMinutes(3);

  private final Installation installation;
  private final Role role;
  private final CasePatterns cases;
  private final WebSocketOptions options;
  private final Settings settings;
  private final Progress progress;

  /**
   * What all runs have in common.
   *
   * @param reports a folder for one folder of reports for each role
   * @param patience by how much to multiply the deadlines of the suite, at least 1
   * @param limit how long a run may take
   * @param tls whether plywire speaks TLS, which a {@link TlsHop} takes off before the suite
   * @param server the URL of a server that runs already and echoes, to test in the place of one of
   *     ours; or null
   */
  record Settings(
      Path reports, int patience, Duration limit, boolean tls, @Nullable String server) {
    Path reports(Role role) {
      return reports.resolve(Expectation.name(role));
    }
  }

  /**
   * Makes a run.
   *
   * @param role what plywire is
   * @param options how its streams behave
   */
  RoleRun(
      Installation installation,
      Role role,
      CasePatterns cases,
      WebSocketOptions options,
      Settings settings) {
    this.installation = installation;
    this.role = role;
    this.cases = cases;
    this.options = options;
    this.settings = settings;
    this.progress = new Progress(Expectation.name(role));
  }

  Role role() {
    return role;
  }

  Progress progress() {
    return progress;
  }

  /**
   * Runs it.
   *
   * @return how the cases went that were run
   * @throws IOException if it did not come to its end
   */
  SortedMap<CaseId, Outcome> run() throws IOException, InterruptedException {
    Path reports = settings.reports(role);
    empty(reports);
    SuiteProcess.Order order =
        new SuiteProcess.Order(reports, AGENT, cases.toString(), settings.patience());
    try (NioEventLoopGroup loops = new NioEventLoopGroup(1)) {
      if (settings.server() != null) {
        visit(settings.server(), order);
      } else if (role == Role.SERVER) {
        serve(loops, order);
      } else {
        connect(loops, order);
      }
    }
    return SuiteReport.read(reports, AGENT);
  }

  private void serve(NioEventLoopGroup loops, SuiteProcess.Order order)
      throws IOException, InterruptedException {
    try (WebSocketServer server =
        WebSocketServer.builder()
            .transport(new NioTransport(loops))
            .transportOptions(settings.tls() ? secured(serverTls()) : TransportOptions.defaults())
            .options(options)
            .listen(
                scheme() + HOST + ":0/", (webSocket, request) -> Echo.start(webSocket, () -> {}))) {
      int port = server.endpoint().port();
      if (!settings.tls()) {
        visit(url(port), order);
        return;
      }
      try (TlsHop hop = TlsHop.towardsServer(CERTIFICATE, port)) {
        visit(url(hop.port()), order);
      }
    }
  }

  private static String url(int port) {
    return "ws://" + HOST + ":" + port + "/";
  }

  /** Lets the suite's client test a server. */
  private void visit(String url, SuiteProcess.Order order)
      throws IOException, InterruptedException {
    try (SuiteProcess suite =
        SuiteProcess.start(installation, SuiteProcess.Part.CLIENT, url, order, progress)) {
      suite.awaitReports(settings.limit());
    }
  }

  private void connect(NioEventLoopGroup loops, SuiteProcess.Order order)
      throws IOException, InterruptedException {
    try (SuiteProcess suite =
        SuiteProcess.start(installation, SuiteProcess.Part.SERVER, HOST, order, progress)) {
      int port = suite.port(STARTING);
      if (!settings.tls()) {
        ask(client(loops, port), port, suite);
        return;
      }
      try (TlsHop hop = TlsHop.towardsSuite(CERTIFICATE, port)) {
        ask(client(loops, port), hop.port(), suite);
      }
    }
  }

  private WebSocketClient client(NioEventLoopGroup loops, int port) {
    WebSocketClient.Builder builder =
        WebSocketClient.builder().transport(new NioTransport(loops)).options(options);
    if (settings.tls()) {
      // The suite wants to see its own port, not the hop's.
      builder
          .transportOptions(secured(clientTls()))
          .options(
              options.withRequestDecorator(
                  request -> request.fields().set("Host", HOST + ":" + port)));
    }
    return builder.build();
  }

  /** Asks the suite's server for every case. */
  private void ask(WebSocketClient client, int port, SuiteProcess suite)
      throws IOException, InterruptedException {
    String url = scheme() + HOST + ":" + port;
    long deadline = System.nanoTime() + settings.limit().toNanos();
    int count = suite.cases(STARTING);
    for (int number = 1; number <= count; number++) {
      echo(client, url + "/runCase?case=" + number + "&agent=" + AGENT, deadline);
    }
    suite.awaitCases(left(deadline));
    echo(client, url + "/updateReports?agent=" + AGENT, deadline);
    suite.awaitReports(left(deadline));
  }

  private String scheme() {
    return settings.tls() ? "wss://" : "ws://";
  }

  private static TransportOptions secured(TlsContext context) {
    return TransportOptions.defaults().with(TlsOptions.CONTEXT, context);
  }

  private static TlsContext serverTls() {
    return TlsContext.of(TlsConfig.server(TlsIdentity.of(CERTIFICATE.key(), CERTIFICATE.chain())));
  }

  private static TlsContext clientTls() {
    return TlsContext.of(TlsConfig.client().withTrust(List.of(CERTIFICATE.certificate())));
  }

  private void echo(WebSocketClient client, String url, long deadline)
      throws IOException, InterruptedException {
    WebSocketStream webSocket = client.asyncConnect(url, useBlocking());
    CountDownLatch ended = new CountDownLatch(1);
    Echo.start(webSocket, ended::countDown);
    if (!ended.await(left(deadline).toNanos(), TimeUnit.NANOSECONDS)) {
      webSocket.abort();
      throw new SuiteException(
          "time was up after " + settings.limit().toSeconds() + " s; " + progress);
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** Makes an empty folder; takes away no more than what an earlier run has left there. */
  static void empty(Path reports) throws IOException {
    Files.createDirectories(reports);
    List<Path> old;
    try (Stream<Path> files = Files.list(reports)) {
      old = files.filter(file -> file.toString().matches(".*\\.(json|html|log)")).toList();
    }
    for (Path file : old) {
      Files.delete(file);
    }
  }
}
