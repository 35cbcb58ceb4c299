// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.ProviderException;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket stage by stage, so that a failure can be told by its stage, and so that a layer
 * of ours fits directly below the WebSocket, above TLS.
 */
final class Dialer {
  private final Endpoint endpoint;
  private final TransportProvider transport;
  private final @Nullable LayerProvider tls;
  private final TransportOptions transportOptions;

  /**
   * Looks the providers up.
   *
   * @throws CommandFailure if one is missing
   */
  Dialer(Discovery discovery, Endpoint endpoint, TransportOptions options) throws CommandFailure {
    this.endpoint = endpoint;
    try {
      this.transport = discovery.transport(endpoint.transport());
    } catch (ProviderException e) {
      throw unavailable(ExitCode.NOT_CONNECTED, e);
    }
    this.tls = endpoint.secure() ? tls(discovery) : null;
    this.transportOptions = options.withExecutor(transport.executor());
  }

  private static LayerProvider tls(Discovery discovery) throws CommandFailure {
    try {
      return discovery.layer("tls");
    } catch (ProviderException e) {
      throw unavailable(ExitCode.TLS, e);
    }
  }

  static CommandFailure unavailable(int exitCode, ProviderException e) {
    return new CommandFailure(
        exitCode, ProvidersCommand.firstClause(e) + " (see 'plywire providers')", e);
  }

  /** Connects, and goes through the handshake of TLS if the scheme says so. */
  AsyncStream connect() throws CommandFailure {
    AsyncStream stream;
    try {
      stream = transport.asyncConnect(endpoint, transportOptions.withoutLayers(), useBlocking());
    } catch (IOException e) {
      throw failure(ExitCode.NOT_CONNECTED, e);
    }
    return tls == null ? stream : secure(stream, tls);
  }

  private AsyncStream secure(AsyncStream stream, LayerProvider layer) throws CommandFailure {
    try {
      return layer.asyncWrap(stream, Role.CLIENT, endpoint, transportOptions, useBlocking());
    } catch (IOException e) {
      throw failure(ExitCode.TLS, e);
    }
  }

  /** Goes through the opening handshake; {@code stream} may have been wrapped once more. */
  WebSocketStream open(AsyncStream stream, WebSocketOptions options) throws CommandFailure {
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    try {
      webSocket.asyncHandshake(endpoint.hostField(), endpoint.target(), useBlocking());
      return webSocket;
    } catch (WebSocketException e) {
      throw refused(e);
    } catch (IOException e) {
      throw failure(ExitCode.of(e), e);
    }
  }

  private CommandFailure refused(WebSocketException e) {
    UpgradeResponse response = e.response();
    if (e.error() != WebSocketError.UPGRADE_DECLINED || response == null) {
      int exitCode = e.error() == WebSocketError.DECORATOR_FAILED ? 1 : ExitCode.PROTOCOL;
      return new CommandFailure(
          exitCode, "the handshake with " + endpoint + " failed: " + OneLine.of(e), e);
    }
    String body = OneLine.of(response.bodyText());
    return new CommandFailure(
        ExitCode.REFUSED,
        endpoint
            + " refused the upgrade: "
            + response.status()
            + (response.reason().isBlank() ? "" : " " + response.reason())
            + (body.isEmpty() ? "" : ": " + body),
        e);
  }

  private static CommandFailure failure(int exitCode, IOException e) {
    boolean late =
        e instanceof OperationException known && known.condition() == ErrorCondition.TIMEOUT;
    return new CommandFailure(late ? ExitCode.TIMEOUT : exitCode, OneLine.of(e), e);
  }
}
