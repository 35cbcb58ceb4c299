// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.observe;

import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.transport.PeerAddress;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.observe.LayerReport;
import io.plywire.websocket.observe.OpeningReport;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Has the Flight Recorder record what it wants to; what it does not makes no garbage. */
final class FlightObserver implements WebSocketObserver {
  static final FlightObserver INSTANCE = new FlightObserver();

  /** A chain of causes is cut here, for none should be longer. */
  private static final int MAX_CAUSES = 8;

  private FlightObserver() {}

  @Override
  public void connected(ConnectReport report) {
    record(report, null);
  }

  @Override
  public void connectFailed(ConnectReport report, IOException error) {
    record(report, error);
  }

  private static void record(ConnectReport report, @Nullable IOException error) {
    if (FlightEvents.CONNECT.isEnabled()) {
      FlightEvents.Connect event = new FlightEvents.Connect();
      event.endpoint = report.endpoint().withoutQuery().toString();
      event.took = report.took().toNanos();
      event.steps = report.toString();
      tellWhy(event, error);
      event.commit();
    }
  }

  @Override
  public void layered(LayerReport report) {
    if (FlightEvents.LAYER.isEnabled()) {
      FlightEvents.Layer event = new FlightEvents.Layer();
      event.layer = report.layer();
      event.role = report.role().name();
      PeerAddress addresses = report.stream().layer(PeerAddress.class);
      if (addresses != null) {
        event.local = text(addresses.localAddress());
        event.remote = text(addresses.remoteAddress());
      }
      event.stream = report.stream().toString();
      event.took = report.took().toNanos();
      tellWhy(event, report.error());
      event.commit();
    }
  }

  @Override
  public void acceptFailed(@Nullable SocketAddress from, IOException error) {
    if (FlightEvents.ACCEPT_FAILED.isEnabled()) {
      FlightEvents.AcceptFailed event = new FlightEvents.AcceptFailed();
      event.remote = text(from);
      tellWhy(event, error);
      event.commit();
    }
  }

  @Override
  public void opened(WebSocketStream webSocket, OpeningReport report) {
    record(webSocket, report, null);
  }

  @Override
  public void openingFailed(WebSocketStream webSocket, OpeningReport report, IOException error) {
    record(webSocket, report, error);
  }

  private static void record(
      WebSocketStream webSocket, OpeningReport report, @Nullable IOException error) {
    if (FlightEvents.HANDSHAKE.isEnabled()) {
      FlightEvents.Handshake event = new FlightEvents.Handshake();
      tellWho(event, webSocket, report.role());
      event.path = report.path();
      event.status = report.status();
      event.subprotocol = webSocket.subprotocol();
      DeflateParameters deflate = webSocket.deflate();
      event.compression = deflate == null ? null : deflate.toString();
      event.took = report.took().toNanos();
      tellWhy(event, error);
      event.commit();
    }
  }

  @Override
  public void messageReceived(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    record(false, webSocket, kind, bytes, wireBytes, frames);
  }

  @Override
  public void messageSent(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    record(true, webSocket, kind, bytes, wireBytes, frames);
  }

  private static void record(
      boolean sent,
      WebSocketStream webSocket,
      MessageKind kind,
      long bytes,
      long wireBytes,
      int frames) {
    if (FlightEvents.MESSAGE.isEnabled() && bytes >= MinimumBytes.least()) {
      FlightEvents.Message event = new FlightEvents.Message();
      event.bytes = bytes;
      tellWho(event, webSocket, webSocket.role());
      event.sent = sent;
      event.kind = kind.name();
      event.wireBytes = wireBytes;
      event.frames = frames;
      event.commit();
    }
  }

  @Override
  public void roundTrip(WebSocketStream webSocket, long nanos) {
    if (FlightEvents.ROUND_TRIP.isEnabled()) {
      FlightEvents.RoundTrip event = new FlightEvents.RoundTrip();
      tellWho(event, webSocket, webSocket.role());
      event.took = nanos;
      event.commit();
    }
  }

  @Override
  public void writeStalled(WebSocketStream webSocket, long nanos) {
    if (FlightEvents.STALL.isEnabled()) {
      FlightEvents.WriteStall event = new FlightEvents.WriteStall();
      tellWho(event, webSocket, webSocket.role());
      event.took = nanos;
      event.commit();
    }
  }

  @Override
  public void dropped(WebSocketStream webSocket, long bytes) {
    if (FlightEvents.DROPPED.isEnabled()) {
      FlightEvents.MessageDropped event = new FlightEvents.MessageDropped();
      tellWho(event, webSocket, webSocket.role());
      event.bytes = bytes;
      event.commit();
    }
  }

  @Override
  public void closed(WebSocketStream webSocket, CloseOutcome outcome, Duration lived) {
    if (FlightEvents.CLOSE.isEnabled()) {
      FlightEvents.Close event = new FlightEvents.Close();
      tellWho(event, webSocket, webSocket.role());
      event.code = outcome.code();
      Role initiator = outcome.initiator();
      event.initiator = initiator == null ? null : initiator.name();
      event.sent = text(outcome.sent());
      event.received = text(outcome.received());
      event.transport = outcome.transport().name();
      event.lived = lived.toNanos();
      tellWhy(event, outcome.cause());
      event.commit();
    }
  }

  // ---- who and why

  private static void tellWho(
      FlightEvents.OfConnection event, WebSocketStream webSocket, Role role) {
    event.connection = System.identityHashCode(webSocket);
    event.role = role.name();
    PeerAddress addresses = webSocket.nextLayer().layer(PeerAddress.class);
    if (addresses != null) {
      event.local = text(addresses.localAddress());
      event.remote = text(addresses.remoteAddress());
    }
  }

  private static void tellWhy(FlightEvents.WithError event, @Nullable IOException error) {
    if (error == null) {
      return;
    }
    if (error instanceof OperationException known) {
      event.error = known.error().name();
      event.condition = known.condition().name();
    } else {
      event.error = error.getClass().getSimpleName();
    }
    event.message = messages(error);
  }

  /** What wraps an error mostly repeats what it said; that is left out. */
  private static String messages(Throwable error) {
    StringBuilder text = new StringBuilder(said(error));
    Throwable each = error.getCause();
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      String said = said(each);
      if (text.indexOf(said) < 0) {
        text.append("; because of ").append(said);
      }
      each = each.getCause();
    }
    return text.toString();
  }

  private static String said(Throwable error) {
    return Objects.requireNonNullElseGet(error.getMessage(), error::toString);
  }

  private static @Nullable String text(@Nullable CloseReason reason) {
    return reason == null ? null : reason.toString();
  }

  private static @Nullable String text(@Nullable SocketAddress address) {
    return address == null ? null : address.toString();
  }
}
