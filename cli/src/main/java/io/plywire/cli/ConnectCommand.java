// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.spi.Discovery;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Talks to a WebSocket server: lines in, messages out. */
@Command(
    name = "connect",
    description = {
      "Send each line of standard input as a message, and print each message on standard output.",
      "The end of the input closes the WebSocket; what arrives before the server's answer to that"
          + " is still printed."
    },
    footer = {
      "",
      "Text messages are printed as a line each, binary ones as a line 'binary: ' and hex digits.",
      "Everything that is no message goes to standard error; there '>' is sent and '<' received.",
      "",
      "Exit codes:",
      "  0  closed with 1000, 1001 or no code, by either side",
      "  1  any other failure, such as a message over the limit, or a line that was not sent",
      "  2  wrong usage",
      "  3  the server refused the upgrade",
      "  4  no connection: unknown host, refused, unreachable, no transport",
      "  5  TLS failed, or there is none",
      "  6  a side broke the protocol, in the handshake or later",
      "  7  something took longer than --timeout",
      "  8  the connection was lost without a close frame",
      "  9  the server closed with another code, which is printed",
      "A signal closes with 1001 and then ends the command as usual: 130 after Ctrl-C."
    })
final class ConnectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      description = "Where to, such as ws://localhost:8080/chat.")
  private @Nullable String urlParameter;

  @Option(names = "--url", paramLabel = "URL", description = "The same.")
  private @Nullable String urlOption;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "Add a field to the upgrade request, or replace its own one; repeatable.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--subprotocol",
      paramLabel = "NAME",
      description = "Offer a sub-protocol, best first; repeatable.")
  private List<String> subprotocols = new ArrayList<>();

  @Option(
      names = "--ping",
      paramLabel = "SECONDS",
      description = "Send a ping every so often and print the round-trip time.")
  private double pingSeconds;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long connecting, each handshake and, with --ping, silence may take;"
              + " ${DEFAULT-VALUE} by default.")
  private double timeoutSeconds;

  @Option(
      names = "--deflate",
      description = "Offer compression (permessage-deflate), and tell what was agreed on.")
  private boolean deflate;

  @Option(
      names = "--binary",
      description = "Send lines as binary messages, and print binary messages as they are.")
  private boolean binary;

  @Option(
      names = "--show-handshake",
      description =
          "Print request and response heads as they were sent, secrets included, and what TLS"
              + " agreed on.")
  private boolean showHandshake;

  @Option(names = "--frames", description = "Print each frame that goes over the wire.")
  private boolean showFrames;

  @Mixin private final ClientTls tls = new ClientTls();

  ConnectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure {
    String url = Usage.url(spec, urlParameter, urlOption);
    Endpoint endpoint = Usage.endpoint(spec, url);
    Duration timeout = seconds("--timeout", timeoutSeconds);
    WebSocketOptions options = options(timeout);
    Dialer dialer =
        new Dialer(Discovery.load(), endpoint, transportOptions(endpoint, url, timeout));
    AsyncStream stream = dialer.connect();
    TlsStream secured = stream.layer(TlsStream.class);
    if (showHandshake && secured != null) {
      terminal.errWriter().println(ClientTls.describe(secured.session()));
    }
    if (showHandshake || showFrames) {
      stream = new WireTap(stream, new Shown());
    }
    try (WebSocketStream webSocket = dialer.open(stream, options)) {
      if (deflate) {
        terminal.errWriter().println(Deflate.describe(webSocket.deflate()));
      }
      LineSession session = new LineSession(webSocket, terminal, binary);
      if (pingSeconds > 0) {
        session.ping(seconds("--ping", pingSeconds));
      }
      try (OnSignal signal = OnSignal.run(session::leave)) {
        assert signal != null;
        return session.run();
      }
    }
  }

  private TransportOptions transportOptions(Endpoint endpoint, String url, Duration timeout)
      throws CommandFailure {
    TransportOptions options = TransportOptions.defaults().withConnectTimeout(timeout);
    if (!endpoint.secure()) {
      if (tls.given() != null) {
        throw new ParameterException(
            spec.commandLine(), tls.given() + " is for wss; '" + url + "' is not secure");
      }
      return options;
    }
    return options.with(TlsOptions.CONTEXT, tls.context(timeout));
  }

  private WebSocketOptions options(Duration timeout) {
    Timeouts timeouts = Timeouts.suggested().withHandshake(timeout).withClosing(timeout);
    if (pingSeconds != 0) {
      timeouts = timeouts.withIdle(seconds("--ping", pingSeconds).plus(timeout));
    }
    HttpFields fields = fields();
    try {
      return WebSocketOptions.defaults()
          .withTimeouts(timeouts)
          .withDeflate(deflate ? Deflate.OPTIONS : null)
          .withSubprotocols(subprotocols.toArray(String[]::new))
          .withRequestDecorator(request -> put(fields, request.fields()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OneLine.of(e), e);
    }
  }

  private HttpFields fields() {
    HttpFields fields = new HttpFields();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new ParameterException(
            spec.commandLine(),
            "header '" + OneLine.of(header) + "' is not of the form NAME: VALUE");
      }
      try {
        fields.add(header.substring(0, colon), header.substring(colon + 1));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), OneLine.of(e), e);
      }
    }
    return fields;
  }

  /** The user's fields replace those of the same name, and each other's stay. */
  private static void put(HttpFields from, HttpFields to) {
    from.forEach(field -> to.remove(field.name()));
    from.forEach(field -> to.add(field.name(), field.value()));
  }

  private Duration seconds(String option, double seconds) {
    if (!(seconds > 0 && seconds <= 1e9)) {
      throw new ParameterException(
          spec.commandLine(), option + " " + seconds + " is not a positive number of seconds");
    }
    return Duration.ofNanos(Math.max(1, (long) (seconds * 1e9)));
  }

  /** Prints what the options ask for. */
  private final class Shown implements WireTap.Observer {
    private final PrintWriter err = terminal.errWriter();

    @Override
    public void head(boolean sent, String text) {
      if (showHandshake) {
        text.strip().lines().forEach(line -> err.println((sent ? "> " : "< ") + Usage.clean(line)));
      }
    }

    @Override
    public void frame(boolean sent, WireFrame frame) {
      if (showFrames) {
        err.println((sent ? "> " : "< ") + frame);
      }
    }
  }
}
