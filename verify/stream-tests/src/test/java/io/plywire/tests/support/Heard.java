// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.stream.OperationException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.LayerReport;
import io.plywire.websocket.observe.OpeningReport;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what it hears, a line each. */
public final class Heard implements WebSocketObserver {
  private final List<String> lines = new ArrayList<>();

  /** Returns what it has heard since it was asked before. */
  public List<String> news() {
    List<String> news = List.copyOf(lines);
    lines.clear();
    return news;
  }

  private static String code(IOException error) {
    return error instanceof OperationException known ? known.error().name() : error.toString();
  }

  @Override
  public void connected(ConnectReport report) {
    lines.add("connected " + report.endpoint() + " by " + stages(report));
  }

  @Override
  public void connectFailed(ConnectReport report, IOException error) {
    lines.add("not connected " + report.endpoint() + " by " + stages(report) + ": " + code(error));
  }

  private static List<String> stages(ConnectReport report) {
    return report.steps().stream().map(ConnectReport.Step::stage).toList();
  }

  @Override
  public void layered(LayerReport report) {
    lines.add(
        "layer "
            + report.layer()
            + " of "
            + report.role()
            + (report.error() == null ? "" : ": " + code(report.error()))
            + " in "
            + report.took().toMillis());
  }

  @Override
  public void acceptFailed(SocketAddress from, IOException error) {
    lines.add("accept failed: " + code(error));
  }

  @Override
  public void opened(WebSocketStream webSocket, OpeningReport report) {
    lines.add("opened " + text(report) + (webSocket.isOpen() ? "" : ", which is not open"));
  }

  @Override
  public void openingFailed(WebSocketStream webSocket, OpeningReport report, IOException error) {
    lines.add("not opened " + text(report) + ": " + code(error));
  }

  private static String text(OpeningReport report) {
    return report.role()
        + " '"
        + report.path()
        + "' "
        + report.status()
        + " in "
        + report.took().toMillis();
  }

  @Override
  public void messageReceived(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    lines.add("received " + kind + " " + bytes + "/" + wireBytes + " in " + frames);
  }

  @Override
  public void messageSent(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    lines.add("sent " + kind + " " + bytes + "/" + wireBytes + " in " + frames);
  }

  @Override
  public void controlReceived(WebSocketStream webSocket, ControlCallback.Kind kind) {
    lines.add("received " + kind);
  }

  @Override
  public void controlSent(WebSocketStream webSocket, ControlCallback.Kind kind) {
    lines.add("sent " + kind);
  }

  @Override
  public void roundTrip(WebSocketStream webSocket, long nanos) {
    lines.add("round trip " + nanos / 1_000_000);
  }

  @Override
  public void writeStalled(WebSocketStream webSocket, long nanos) {
    lines.add("stalled " + nanos / 1_000_000);
  }

  @Override
  public void queued(WebSocketStream webSocket, long bytes, int depth) {
    lines.add("queued " + bytes + ", depth " + depth);
  }

  @Override
  public void dequeued(WebSocketStream webSocket, long bytes, int depth) {
    lines.add("dequeued " + bytes + ", depth " + depth);
  }

  @Override
  public void dropped(WebSocketStream webSocket, long bytes) {
    lines.add("dropped " + bytes);
  }

  @Override
  public void closed(WebSocketStream webSocket, CloseOutcome outcome, Duration lived) {
    lines.add(
        "closed "
            + outcome.code()
            + (outcome.cause() == null ? "" : " " + code(outcome.cause()))
            + " after "
            + lived.toMillis());
  }
}
