// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.observe;

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
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells two, one after the other; what one of them throws is logged, and the other is told. */
public final class ObserverPair implements WebSocketObserver {
  private static final Logger log = LoggerFactory.getLogger(ObserverPair.class);

  private final WebSocketObserver first;
  private final WebSocketObserver second;

  /** Makes one. */
  public ObserverPair(WebSocketObserver first, WebSocketObserver second) {
    this.first = Objects.requireNonNull(first, "first");
    this.second = Objects.requireNonNull(second, "second");
  }

  private static void threw(WebSocketObserver who, Throwable thrown) {
    log.warn("The observer {} threw", who, thrown);
  }

  @Override
  public void connected(ConnectReport report) {
    try {
      first.connected(report);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.connected(report);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void connectFailed(ConnectReport report, IOException error) {
    try {
      first.connectFailed(report, error);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.connectFailed(report, error);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void layered(LayerReport report) {
    try {
      first.layered(report);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.layered(report);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void acceptFailed(@Nullable SocketAddress from, IOException error) {
    try {
      first.acceptFailed(from, error);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.acceptFailed(from, error);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void opened(WebSocketStream webSocket, OpeningReport report) {
    try {
      first.opened(webSocket, report);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.opened(webSocket, report);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void openingFailed(WebSocketStream webSocket, OpeningReport report, IOException error) {
    try {
      first.openingFailed(webSocket, report, error);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.openingFailed(webSocket, report, error);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void messageReceived(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    try {
      first.messageReceived(webSocket, kind, bytes, wireBytes, frames);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.messageReceived(webSocket, kind, bytes, wireBytes, frames);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void messageSent(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    try {
      first.messageSent(webSocket, kind, bytes, wireBytes, frames);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.messageSent(webSocket, kind, bytes, wireBytes, frames);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void controlReceived(WebSocketStream webSocket, ControlCallback.Kind kind) {
    try {
      first.controlReceived(webSocket, kind);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.controlReceived(webSocket, kind);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void controlSent(WebSocketStream webSocket, ControlCallback.Kind kind) {
    try {
      first.controlSent(webSocket, kind);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.controlSent(webSocket, kind);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void roundTrip(WebSocketStream webSocket, long nanos) {
    try {
      first.roundTrip(webSocket, nanos);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.roundTrip(webSocket, nanos);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void writeStalled(WebSocketStream webSocket, long nanos) {
    try {
      first.writeStalled(webSocket, nanos);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.writeStalled(webSocket, nanos);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void queued(WebSocketStream webSocket, long bytes, int depth) {
    try {
      first.queued(webSocket, bytes, depth);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.queued(webSocket, bytes, depth);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void dequeued(WebSocketStream webSocket, long bytes, int depth) {
    try {
      first.dequeued(webSocket, bytes, depth);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.dequeued(webSocket, bytes, depth);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void dropped(WebSocketStream webSocket, long bytes) {
    try {
      first.dropped(webSocket, bytes);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.dropped(webSocket, bytes);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public void closed(WebSocketStream webSocket, CloseOutcome outcome, Duration lived) {
    try {
      first.closed(webSocket, outcome, lived);
    } catch (Throwable e) {
      threw(first, e);
    }
    try {
      second.closed(webSocket, outcome, lived);
    } catch (Throwable e) {
      threw(second, e);
    }
  }

  @Override
  public String toString() {
    return first + " and " + second;
  }
}
