// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.spi.Discovery;
import io.plywire.spi.ProviderException;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsException;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket as the options say, and tells a failure by its stage. A layer of ours fits
 * directly below the WebSocket, above TLS.
 */
final class Dialer {
  private static final String TLS = "tls";
  private static final int MAX_BODY_CHARS = 250; // leaves room for what to do

  private final ClientSide side;
  private final Map<String, String> environment;
  private final Endpoint endpoint;
  private final Discovery discovery = Discovery.load();
  private volatile @Nullable ConnectReport report;

  /**
   * Looks the providers up.
   *
   * @throws CommandFailure if one is missing
   */
  Dialer(ClientSide side, Map<String, String> environment) throws CommandFailure {
    this.side = side;
    this.environment = environment;
    this.endpoint = side.endpoint();
    try {
      discovery.transport(endpoint.transport());
    } catch (ProviderException e) {
      throw unavailable(ExitCode.NOT_CONNECTED, e);
    }
    try {
      if (endpoint.secure()) {
        discovery.layer(TLS);
      }
    } catch (ProviderException e) {
      throw unavailable(ExitCode.TLS, e);
    }
  }

  static CommandFailure unavailable(int exitCode, ProviderException e) {
    return new CommandFailure(
        exitCode, ProvidersCommand.firstClause(e) + " (see 'plywire providers')", e);
  }

  /** Returns what has happened, if connecting has come to an end. */
  @Nullable ConnectReport report() {
    return report;
  }

  /**
   * Connects, and goes through all handshakes.
   *
   * @param onTop what stands below the WebSocket
   * @throws CommandFailure that says what failed, at which stage, and what to do
   */
  WebSocketStream open(WebSocketOptions options, OnTop onTop) throws CommandFailure {
    try {
      return open(options, onTop, null);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Does the same, with another context of TLS, and tells a failure as it is. */
  WebSocketStream open(WebSocketOptions options, OnTop onTop, @Nullable TlsContext context)
      throws IOException, CommandFailure {
    return client(options, onTop, context).asyncConnect(endpoint, useBlocking());
  }

  /**
   * Makes what connects.
   *
   * @throws CommandFailure if an option names what cannot be used
   */
  WebSocketClient client(WebSocketOptions options, OnTop onTop, @Nullable TlsContext context)
      throws CommandFailure {
    return side.client(discovery, environment, context)
        .layer(TLS)
        .layer(onTop)
        .options(options)
        .onConnect((told, error) -> report = told)
        .build();
  }

  /** Returns where to. */
  Endpoint endpoint() {
    return endpoint;
  }

  // ---- what failed

  /** Says what failed, at which stage, and what to do. */
  CommandFailure failure(IOException e) {
    ConnectReport told = ConnectReport.of(e);
    String stage = told == null ? Stages.UPGRADE : Stages.failed(told);
    Endpoint reached = told == null ? endpoint : Stages.reached(told);
    boolean late =
        e instanceof OperationException known && known.condition() == ErrorCondition.TIMEOUT;
    return new CommandFailure(
        late ? ExitCode.TIMEOUT : exitCode(stage, e),
        text(stage, e, reached),
        Advice.of(stage, e, reached),
        e);
  }

  private static int exitCode(String stage, IOException e) {
    if (e instanceof TlsException) { // by TLS 1.3 a server may refuse the client's side later
      return ExitCode.TLS;
    }
    if (stage.equals(Stages.UPGRADE)) {
      return e instanceof WebSocketException known ? exitCode(known) : ExitCode.of(e);
    }
    return Stages.isTls(stage) ? ExitCode.TLS : ExitCode.NOT_CONNECTED;
  }

  private static int exitCode(WebSocketException e) {
    return switch (e.error()) {
      case UPGRADE_DECLINED -> ExitCode.REFUSED;
      case DECORATOR_FAILED -> ExitCode.FAILED;
      default -> ExitCode.PROTOCOL;
    };
  }

  private static String text(String stage, IOException e, Endpoint reached) {
    if (!(e instanceof WebSocketException known)) {
      return stage.equals(Stages.PROXY_TLS)
          ? "TLS with the proxy: " + OneLine.of(e)
          : OneLine.of(e);
    }
    UpgradeResponse response = known.response();
    if (known.error() != WebSocketError.UPGRADE_DECLINED || response == null) {
      return "the handshake with " + reached + " failed: " + OneLine.of(e);
    }
    String body = OneLine.of(response.bodyText());
    return reached
        + " refused the upgrade: "
        + response.status()
        + (response.reason().isBlank() ? "" : " " + response.reason())
        + (body.isEmpty() ? "" : ": " + OneLine.cut(body, MAX_BODY_CHARS));
  }
}
