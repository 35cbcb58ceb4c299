// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.examples.chat.ChatServer;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Discovery;
import io.plywire.spi.ProviderException;
import io.plywire.spi.TransportProvider;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.OriginPolicy;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A server in the foreground: an echo, or a chat. */
@Command(
    name = "serve",
    description = {
      "Echo every message, text as text and binary as binary, until a signal comes; or serve a chat.",
      "Prints 'listening on URL', with the real port, when it is ready. SIGTERM and SIGINT (Ctrl-C)"
          + " close every connection with 1001 and end the command."
    },
    footer = {
      "",
      "Exit codes:",
      "  0  ended by a signal",
      "  1  cannot listen there",
      "  2  wrong usage",
      "  5  TLS cannot be set up: the certificate, its key, or the engine",
      "Examples: plywire serve ws://localhost:0/ --threads 2",
      "          plywire serve ws://localhost:8080/ --chat --token SECRET"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MAX_MESSAGE = 16 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      description =
          "Where to listen: ws://HOST:PORT/, port 0 for any that is free, or ws+unix:/PATH; wss"
              + " in place of ws for TLS. The echo does not look at the path that clients ask for.")
  private @Nullable String urlParameter;

  @Option(names = "--url", paramLabel = "URL", description = "The same.")
  private @Nullable String urlOption;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many event loops share the connections; one for each processor if absent.")
  private @Nullable Integer threads;

  @Option(
      names = "--no-coalesce",
      description = "Write every frame by itself instead of collecting small ones of a loop turn.")
  private boolean noCoalesce;

  @Option(
      names = "--max-message",
      paramLabel = "BYTES",
      description = "The longest message, 0 for no limit; " + MAX_MESSAGE + " if absent.")
  private @Nullable Integer maxMessage;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "How many connections there may be; more are answered with 503. Without it the echo has no"
              + " limit, and the chat one of 10000, and of 200 for each address.")
  private @Nullable Integer maxConnections;

  @Option(
      names = "--deflate",
      description =
          "Compress messages for clients that offer permessage-deflate, with the windows they ask"
              + " for.")
  private boolean deflate;

  @Option(
      names = "--subprotocol",
      paramLabel = "NAME",
      description =
          "Agree to this sub-protocol with clients that offer it, most wanted first; repeatable.")
  private List<String> subprotocols = new ArrayList<>();

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description =
          "Let pages of this origin connect, besides those of the server's own; 'any' for all;"
              + " repeatable. Clients that are no browser are not asked.")
  private List<String> origins = new ArrayList<>();

  @Mixin private final ServerTls tls = new ServerTls();

  @Mixin private final Chat chat = new Chat();

  @Override
  public Integer call() throws CommandFailure {
    String url = Usage.url(spec, urlParameter, urlOption);
    Endpoint endpoint = Usage.endpoint(spec, url);
    checkOptions(endpoint, url);
    TransportOptions options = TransportOptions.defaults();
    if (endpoint.secure()) {
      options = tls.addTo(options, endpoint);
    }
    Discovery discovery = Discovery.load();
    TransportProvider transport;
    try {
      transport = discovery.transport(endpoint.transport());
    } catch (ProviderException e) {
      throw Dialer.unavailable(ExitCode.FAILED, e);
    }
    if (!(transport instanceof NioTransport)) {
      if (threads != null || noCoalesce) {
        throw wrong(
            "--threads and --no-coalesce are for the transport nio; this is " + transport.name());
      }
      return serve(discovery, transport, options, endpoint, null);
    }
    int loops = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try (NioEventLoopGroup group = new NioEventLoopGroup(loops)) {
      return serve(
          discovery,
          new NioTransport(group),
          noCoalesce ? options.with(NioOptions.COALESCE, false) : options,
          endpoint,
          group);
    }
  }

  private void checkOptions(Endpoint endpoint, String url) {
    if (endpoint.transport().equals("ws+memory")) {
      throw wrong(
          "'"
              + url
              + "' would be reachable from within this process only, where nobody is;"
              + " use ws:// or ws+unix:");
    }
    if (!endpoint.secure() && tls.given() != null) {
      throw wrong(tls.given() + " is for wss; '" + url + "' is not secure");
    }
    if (threads != null && (threads < 1 || threads > 1024)) {
      throw wrong("--threads " + threads + " is not between 1 and 1024");
    }
    if (maxMessage != null && maxMessage < 0) {
      throw wrong("--max-message " + maxMessage + " is negative");
    }
    if (maxConnections != null && maxConnections < 1) {
      throw wrong("--max-connections " + maxConnections + " lets nobody in");
    }
    checkChat();
  }

  private void checkChat() {
    String complaint = chat.complaint();
    if (complaint != null) {
      throw wrong(complaint);
    }
    String foreign =
        maxMessage != null
            ? "--max-message"
            : deflate ? "--deflate" : subprotocols.isEmpty() ? null : "--subprotocol";
    if (chat.isAsked() && foreign != null) {
      throw wrong(foreign + " is for the echo; with --chat it has no meaning");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int serve(
      Discovery discovery,
      TransportProvider transport,
      TransportOptions how,
      Endpoint endpoint,
      @Nullable NioEventLoopGroup group)
      throws CommandFailure {
    PrintWriter out = spec.commandLine().getOut();
    WebSocketServer.Builder builder =
        WebSocketServer.builder()
            .discovery(discovery)
            .transport(transport)
            .transportOptions(how)
            .options(options())
            .limits(limits());
    WebSocketServer server;
    try {
      server = listen(builder, endpoint.toString());
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, OneLine.of(e), e);
    } catch (ProviderException e) {
      throw Dialer.unavailable(ExitCode.FAILED, e);
    }
    try (OnSignal signal = OnSignal.run(() -> endOfProcess(server, group, out))) {
      assert signal != null;
      out.println("listening on " + server.endpoint());
      if (endpoint.secure()) {
        out.println(tls.describe());
      }
      if (chat.isAsked()) {
        Chat.describe(server.endpoint()).forEach(out::println);
      }
      out.flush();
      new CountDownLatch(1).await(); // the work is done by the loops
    } catch (InterruptedException e) {
      stop(server, group, out); // a caller within this JVM, such as a test, ends us so
    }
    return ExitCode.OK;
  }

  private WebSocketServer listen(WebSocketServer.Builder builder, String uri) throws IOException {
    return chat.isAsked()
        ? chat.listen(builder, uri)
        : EchoServer.listen(builder, uri, maxMessage());
  }

  private int maxMessage() {
    return maxMessage == null ? MAX_MESSAGE : maxMessage;
  }

  private ServerLimits limits() {
    ServerLimits usual = chat.isAsked() ? ChatServer.limits() : ServerLimits.none();
    return maxConnections == null ? usual : usual.withConnections(maxConnections);
  }

  private WebSocketOptions options() {
    return withOrigins(chat.isAsked() ? ChatServer.options() : echoOptions());
  }

  private WebSocketOptions echoOptions() {
    return withSubprotocols(WebSocketOptions.defaults())
        .withReadMessageMax(maxMessage())
        .withDeflate(deflate ? Deflate.OPTIONS : null)
        // What is sent has been checked when it was received.
        .withValidateOutgoingText(false);
  }

  private WebSocketOptions withOrigins(WebSocketOptions options) {
    if (origins.isEmpty()) {
      return options;
    }
    return options.withOriginPolicy(
        origins.contains("any")
            ? OriginPolicy.allowAny()
            : OriginPolicy.anyOf(origins.toArray(String[]::new)));
  }

  private WebSocketOptions withSubprotocols(WebSocketOptions options) {
    try {
      return options.withSubprotocols(subprotocols.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OneLine.of(e), e);
    }
  }

  @SuppressWarnings("SystemExitOutsideMain") // see below
  private void endOfProcess(
      WebSocketServer server, @Nullable NioEventLoopGroup group, PrintWriter out) {
    stop(server, group, out);
    // A JVM that ends because of a signal returns 128 and the signal's number, whatever its hooks
    // did. A server that was told to stop and did so in order has not failed; only halting says so.
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  private void stop(WebSocketServer server, @Nullable NioEventLoopGroup group, PrintWriter out) {
    try {
      int open = server.connections().size();
      CloseReason end = CloseReason.of(CloseCode.GOING_AWAY);
      ShutdownReport report = server.asyncShutdown(end, Duration.ZERO, PATIENCE, useBlocking());
      long failed = server.failedOpenings();
      out.println(
          "stopped; "
              + open
              + (open == 1 ? " connection was" : " connections were")
              + " open, "
              + report.closed()
              + " closed in order"
              + (failed == 0
                  ? ""
                  : "; " + failed + (chat.isAsked() ? Chat.OTHERS : " never opened")));
      if (group != null) {
        group.close(); // which also removes the file of a Unix-domain socket
        group.awaitTermination(Duration.ofSeconds(1));
      }
    } catch (IOException e) {
      out.println("stopped, but not in order: " + OneLine.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      out.flush();
    }
  }
}
