// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.spi.Discovery;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every command that connects is told: where to, how, and what to ask for there. */
final class ClientSide {
  private static final int DEFAULT_REDIRECTS = 5;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      description = "Where to, such as ws://localhost:8080/chat.")
  private @Nullable String urlParameter;

  @Option(names = "--url", paramLabel = "URL", description = "The same.")
  private @Nullable String urlOption;

  @Mixin private final HeaderOption headers = new HeaderOption();

  @Option(
      names = "--subprotocol",
      paramLabel = "NAME",
      description = "Offer a sub-protocol, best first; repeatable.")
  private List<String> subprotocols = new ArrayList<>();

  @Option(
      names = "--deflate",
      description = "Offer compression (permessage-deflate), and tell what was agreed on.")
  private boolean deflate;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long connecting, each handshake and, with pings, silence may take;"
              + " ${DEFAULT-VALUE} by default.")
  private double timeoutSeconds;

  @Option(
      names = "--follow",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "" + DEFAULT_REDIRECTS,
      preprocessor = OptionalNumber.class,
      description =
          "Go where the server sends us, N times at most, ${FALLBACK-VALUE} without a number;"
              + " credentials go to no other origin.")
  private int redirects;

  @Mixin private final ProxyOption proxy = new ProxyOption();

  @Mixin private final ClientTls tls = new ClientTls();

  /** What follows the option is its number only if it is one; it may be the URL. */
  static final class OptionalNumber implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // the type is picocli's
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean attached = "=".equals(info.get("separator"));
      if (attached || (!args.isEmpty() && args.peek().matches("-?\\d+"))) {
        return false;
      }
      option.setValue(DEFAULT_REDIRECTS);
      return true;
    }
  }

  String url() {
    return Usage.url(spec, urlParameter, urlOption);
  }

  Endpoint endpoint() {
    return Usage.endpoint(spec, url());
  }

  Duration timeout() {
    return Usage.seconds(spec, "--timeout", timeoutSeconds);
  }

  boolean deflate() {
    return deflate;
  }

  ClientTls tls() {
    return tls;
  }

  /** Returns what the opening handshake and the WebSocket are to be like. */
  WebSocketOptions options() throws IOException {
    try {
      return WebSocketOptions.defaults()
          .withTimeouts(Timeouts.suggested().withHandshake(timeout()).withClosing(timeout()))
          .withDeflate(deflate ? Deflate.OPTIONS : null)
          .withSubprotocols(subprotocols.toArray(String[]::new))
          .withRequestDecorator(headers.decorator());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OneLine.of(e), e);
    }
  }

  /**
   * Begins to make a client. Each stage has a limit of its own, so there is none over all.
   *
   * @param environment where a proxy may be found
   * @param context how TLS is done, or null for what the options say
   * @throws CommandFailure if a file or the engine of TLS is no good
   */
  WebSocketClient.Builder client(
      Discovery discovery, Map<String, String> environment, @Nullable TlsContext context)
      throws CommandFailure {
    if (redirects < 0) {
      throw new ParameterException(spec.commandLine(), "--follow " + redirects + " is negative");
    }
    Endpoint endpoint = endpoint();
    TransportOptions transport = TransportOptions.defaults().withConnectTimeout(timeout());
    if (endpoint.secure() || redirects > 0) {
      transport =
          transport.with(TlsOptions.CONTEXT, context == null ? tls.context(timeout()) : context);
    } else if (tls.given() != null) {
      throw new ParameterException(
          spec.commandLine(), tls.given() + " is for wss; '" + url() + "' is not secure");
    }
    return WebSocketClient.builder()
        .discovery(discovery)
        .deadline(Duration.ZERO)
        .transportOptions(transport)
        .routes(proxy.selection(endpoint, environment, timeout()).routes(discovery))
        .redirects(redirects);
  }
}
