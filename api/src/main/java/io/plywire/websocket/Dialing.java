// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.StagedOperation;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.internal.dial.Journal;
import io.plywire.websocket.internal.observe.Observers;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All of a client's connect under one deadline: opens a WebSocket, and goes where the server sends
 * it, or answers what the server asks, if the application allows that.
 */
final class Dialing extends StagedOperation<WebSocketStream> {
  private final WebSocketClient client;
  private final Endpoint wanted;
  private final TransportProvider transport;
  private final TransportOptions transportOptions;
  private final Journal journal;

  private Endpoint endpoint; // where it has got to
  private int redirects;
  private boolean challenged;
  private @Nullable String authorization; // for where it has got to

  Dialing(
      WebSocketClient client,
      Endpoint wanted,
      TransportProvider transport,
      TransportOptions placed,
      Handler<WebSocketStream> handler) {
    super(Objects.requireNonNull(placed.executor()), handler);
    this.client = client;
    this.wanted = wanted;
    this.endpoint = wanted;
    this.transport = transport;
    this.transportOptions = placed;
    this.journal = new Journal(streamExecutor());
  }

  @Override
  protected void start() {
    List<LayerProvider> layers = client.layers(endpoint, transportOptions); // refuses misuse
    limit(client.deadline());
    open(layers);
  }

  private void open(List<LayerProvider> layers) {
    new Connecting(
            client,
            endpoint,
            transport,
            layers,
            transportOptions,
            options(),
            journal,
            stage(this::succeed, this::judge))
        .initiate();
  }

  private void openAgain() {
    open(client.layers(endpoint, transportOptions));
  }

  // ---- the request

  private WebSocketOptions options() {
    WebSocketOptions options = client.options();
    boolean plain = authorization == null && client.cookies() == null && endpoint.equals(wanted);
    return plain
        ? options
        : options.withRequestDecorator(options.requestDecorator().andThen(this::decorate));
  }

  private void decorate(UpgradeRequest request) {
    HttpFields fields = request.fields();
    if (!Redirect.isSameOrigin(wanted, endpoint)) {
      Redirect.CREDENTIALS.forEach(fields::remove); // they were for somebody else
    }
    if (authorization != null) {
      fields.set("Authorization", authorization);
    }
    Cookies cookies = client.cookies();
    if (cookies != null) {
      cookies.addTo(fields, endpoint);
    }
  }

  // ---- the answer

  private void judge(IOException error) {
    UpgradeResponse response =
        error instanceof WebSocketException known
                && known.error() == WebSocketError.UPGRADE_DECLINED
            ? known.response()
            : null;
    if (response == null) {
      fail(error);
      return;
    }
    client.answered(endpoint, response);
    Consumer<Challenge> asked = client.unauthorized();
    if (response.status() == 401 && asked != null && !challenged) {
      challenged = true;
      ask(asked, response, error);
    } else if (Redirect.is(response.status()) && client.redirects() > 0) {
      follow(response);
    } else {
      fail(error);
    }
  }

  /** Waits for the application as for a stage, so that the wait can be cancelled as one. */
  private void ask(Consumer<Challenge> whom, UpgradeResponse response, IOException error) {
    Handler<String> stage =
        stage(
            answer -> {
              authorization = answer;
              openAgain();
            },
            this::fail);
    Challenge challenge =
        new Challenge(
            endpoint,
            response,
            answer ->
                streamExecutor()
                    .execute(() -> stage.completed(answer == null ? error : null, answer)));
    stage
        .cancellationSlot()
        .assign(
            (id, type) -> {
              if (challenge.withdraw()) {
                streamExecutor().execute(() -> stage.completed(cancelled(type), null));
              }
            },
            0);
    whom.accept(challenge);
  }

  private void follow(UpgradeResponse response) {
    try {
      Endpoint next = Redirect.target(endpoint, response);
      if (++redirects > client.redirects()) {
        throw new IllegalArgumentException(
            "it would be the redirect number " + redirects + " of at most " + client.redirects());
      }
      journal.begin("redirect", response.status() + " to " + next.withoutQuery()).done("");
      if (!Redirect.isSameOrigin(endpoint, next)) {
        authorization = null;
      }
      endpoint = next;
    } catch (IllegalArgumentException e) {
      fail(
          WebSocketException.refused(
              WebSocketError.UPGRADE_DECLINED,
              "status "
                  + response.status()
                  + " "
                  + response.reason()
                  + " instead of 101, which is not followed: "
                  + e.getMessage(),
              response));
      return;
    }
    openAgain();
  }

  // ---- the end

  @Override
  protected void ended(@Nullable IOException error) {
    super.ended(error);
    BiConsumer<ConnectReport, @Nullable IOException> reporter = client.reporter();
    WebSocketObserver observer = Observers.of(client.options());
    if (error == null && reporter == null && observer == null) {
      return;
    }
    ConnectReport report = journal.report(wanted);
    if (error != null) {
      report.addTo(error);
    }
    if (observer != null) {
      tell(observer, report, error);
    }
    if (reporter != null) {
      reporter.accept(report, error);
    }
  }

  private static void tell(
      WebSocketObserver observer, ConnectReport report, @Nullable IOException error) {
    if (error == null) {
      observer.connected(report);
    } else {
      observer.connectFailed(report, error);
    }
  }

  @Override
  protected StreamException timedOut(Duration time) {
    List<ConnectReport.Step> steps = journal.report(wanted).steps();
    return new StreamException(
        StreamError.TIMEOUT,
        this
            + " took longer than "
            + Durations.text(time)
            + (steps.isEmpty() ? "" : "; the last step was: " + steps.get(steps.size() - 1)));
  }

  @Override
  protected void handlerThrew(Throwable thrown, @Nullable WebSocketStream opened) {
    if (opened == null) {
      super.handlerThrew(thrown, null);
    } else {
      opened.handlerThrew("connect", thrown);
    }
  }

  @Override
  public String toString() {
    return "connecting to " + wanted.withoutQuery();
  }
}
