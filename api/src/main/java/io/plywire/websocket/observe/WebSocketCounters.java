// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens, for all WebSockets that have it as their observer together.
 *
 * {@snippet :
 * WebSocketCounters counters = new WebSocketCounters();
 * WebSocketServer.builder().options(WebSocketOptions.defaults().withObserver(counters))
 * // and later, or every few seconds:
 * counters.open();
 * counters.closedByCode();
 * }
 *
 * <p>Every figure counts up from the beginning, but for {@link #open}, {@link #queuedMessages} and
 * {@link #queuedBytes}, which go up and down. Figures are not taken at one instant: while messages
 * flow, one may be further than another.
 *
 * <p>What peers choose cannot make the number of figures grow: close codes that applications have
 * for themselves are counted in two groups, and statuses that HTTP does not have as one.
 *
 * <p>Thread safety: all methods may be called by any thread; counting takes no lock.
 */
public final class WebSocketCounters implements WebSocketObserver {
  /** Stands for the codes 3000 to 3999, which are registered for libraries and frameworks. */
  public static final int REGISTERED_CODES = 3000;

  /** Stands for the codes 4000 to 4999, which are for private use. */
  public static final int PRIVATE_CODES = 4000;

  /** Stands for a status or a code that nobody should send. */
  public static final int OTHER = -1;

  // The codes that RFC 6455 and its registry have.
  private static final int FIRST_CODE = 1000;
  private static final int LAST_CODE = 1015;

  private final LongAdder connected = new LongAdder();
  private final Map<ErrorCondition, LongAdder> connectFailures = ofConditions();
  private final LongAdder layerFailures = new LongAdder();
  private final LongAdder acceptFailures = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final Map<Integer, LongAdder> openingFailures = new ConcurrentHashMap<>();

  private final LongAdder closed = new LongAdder();
  private final Map<Integer, LongAdder> closedByCode = new ConcurrentHashMap<>();
  private final Map<ErrorCondition, LongAdder> failures = ofConditions();

  private final LongAdder messagesReceived = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder bytesSavedReceiving = new LongAdder();
  private final LongAdder furtherFramesReceived = new LongAdder();
  private final LongAdder messagesSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesSavedSending = new LongAdder();
  private final LongAdder furtherFramesSent = new LongAdder();

  private final LongAdder pingsReceived = new LongAdder();
  private final LongAdder pingsSent = new LongAdder();
  private final LongAdder roundTrips = new LongAdder();
  private final LongAdder roundTripNanos = new LongAdder();

  private final LongAdder stalls = new LongAdder();
  private final LongAdder stalledNanos = new LongAdder();
  private final LongAdder queuedMessages = new LongAdder();
  private final LongAdder queuedBytes = new LongAdder();
  private final LongAdder droppedMessages = new LongAdder();
  private final LongAdder droppedBytes = new LongAdder();

  /** Makes one that has counted nothing. */
  public WebSocketCounters() {}

  private static Map<ErrorCondition, LongAdder> ofConditions() {
    Map<ErrorCondition, LongAdder> adders = new EnumMap<>(ErrorCondition.class);
    for (ErrorCondition each : ErrorCondition.values()) {
      adders.put(each, new LongAdder());
    }
    return adders;
  }

  private static ErrorCondition condition(IOException error) {
    return error instanceof OperationException known ? known.condition() : ErrorCondition.OTHER;
  }

  @SuppressWarnings("NullAway") // every condition has one
  private static void count(Map<ErrorCondition, LongAdder> adders, IOException error) {
    adders.get(condition(error)).increment();
  }

  private static void count(Map<Integer, LongAdder> adders, int key) {
    adders.computeIfAbsent(key, k -> new LongAdder()).increment();
  }

  private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
    Map<K, Long> sums = new TreeMap<>();
    adders.forEach(
        (key, adder) -> {
          long sum = adder.sum();
          if (sum != 0) {
            sums.put(key, sum);
          }
        });
    return sums;
  }

  // ---- what is counted

  @Override
  public void connected(ConnectReport report) {
    connected.increment();
  }

  @Override
  public void connectFailed(ConnectReport report, IOException error) {
    count(connectFailures, error);
  }

  @Override
  public void layered(LayerReport report) {
    if (report.error() != null) {
      layerFailures.increment();
    }
  }

  @Override
  public void acceptFailed(@Nullable SocketAddress from, IOException error) {
    acceptFailures.increment();
  }

  @Override
  public void opened(WebSocketStream webSocket, OpeningReport report) {
    opened.increment();
  }

  @Override
  public void openingFailed(WebSocketStream webSocket, OpeningReport report, IOException error) {
    count(openingFailures, status(report.status()));
  }

  private static int status(int status) {
    return status == 0 || (status >= 100 && status < 600) ? status : OTHER;
  }

  @Override
  public void messageReceived(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    messagesReceived.increment();
    bytesReceived.add(bytes);
    if (bytes != wireBytes) {
      bytesSavedReceiving.add(bytes - wireBytes);
    }
    if (frames > 1) {
      furtherFramesReceived.add(frames - 1);
    }
  }

  @Override
  public void messageSent(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {
    messagesSent.increment();
    bytesSent.add(bytes);
    if (bytes != wireBytes) {
      bytesSavedSending.add(bytes - wireBytes);
    }
    if (frames > 1) {
      furtherFramesSent.add(frames - 1);
    }
  }

  @Override
  public void controlReceived(WebSocketStream webSocket, ControlCallback.Kind kind) {
    if (kind == ControlCallback.Kind.PING) {
      pingsReceived.increment();
    }
  }

  @Override
  public void controlSent(WebSocketStream webSocket, ControlCallback.Kind kind) {
    if (kind == ControlCallback.Kind.PING) {
      pingsSent.increment();
    }
  }

  @Override
  public void roundTrip(WebSocketStream webSocket, long nanos) {
    roundTrips.increment();
    roundTripNanos.add(nanos);
  }

  @Override
  public void writeStalled(WebSocketStream webSocket, long nanos) {
    stalls.increment();
    stalledNanos.add(nanos);
  }

  @Override
  public void queued(WebSocketStream webSocket, long bytes, int depth) {
    queuedMessages.increment();
    queuedBytes.add(bytes);
  }

  @Override
  public void dequeued(WebSocketStream webSocket, long bytes, int depth) {
    queuedMessages.decrement();
    queuedBytes.add(-bytes);
  }

  @Override
  public void dropped(WebSocketStream webSocket, long bytes) {
    droppedMessages.increment();
    droppedBytes.add(bytes);
  }

  @Override
  public void closed(WebSocketStream webSocket, CloseOutcome outcome, Duration lived) {
    closed.increment();
    count(closedByCode, group(outcome.code()));
    if (outcome.cause() != null) {
      count(failures, outcome.cause());
    }
  }

  private static int group(int code) {
    if (code >= FIRST_CODE && code <= LAST_CODE) {
      return code;
    }
    return switch (code / 1000) {
      case 3 -> REGISTERED_CODES;
      case 4 -> PRIVATE_CODES;
      default -> OTHER;
    };
  }

  // ---- what was counted

  /** Returns how many WebSockets are open. */
  public long open() {
    return opened.sum() - closed.sum();
  }

  /** Returns how many WebSockets have opened. */
  public long opened() {
    return opened.sum();
  }

  /** Returns how many WebSockets that were open have ended. */
  public long closed() {
    return closed.sum();
  }

  /**
   * Returns how WebSockets that were open have ended.
   *
   * @return how many by close code, a copy; the codes of applications stand together at {@link
   *     #REGISTERED_CODES} and {@link #PRIVATE_CODES}
   */
  public Map<Integer, Long> closedByCode() {
    return sums(closedByCode);
  }

  /**
   * Returns which failures have ended WebSockets that were open; those that a closing handshake has
   * ended are not among them.
   *
   * @return how many by condition, a copy
   */
  public Map<ErrorCondition, Long> failures() {
    return sums(failures);
  }

  /** Returns how many times a client has connected. */
  public long connected() {
    return connected.sum();
  }

  /**
   * Returns why clients have not connected.
   *
   * @return how many by condition, a copy
   */
  public Map<ErrorCondition, Long> connectFailures() {
    return sums(connectFailures);
  }

  /** Returns how many layers could not be put on, such as by a TLS handshake that has failed. */
  public long layerFailures() {
    return layerFailures.sum();
  }

  /** Returns how many connections a server has accepted that could not ask for a WebSocket. */
  public long acceptFailures() {
    return acceptFailures.sum();
  }

  /**
   * Returns how opening handshakes have failed.
   *
   * @return how many by the status that was answered, a copy; 0 stands for none, and {@link #OTHER}
   *     for one that HTTP does not have
   */
  public Map<Integer, Long> openingFailures() {
    return sums(openingFailures);
  }

  /** Returns how many messages were received. */
  public long messagesReceived() {
    return messagesReceived.sum();
  }

  /** Returns how many bytes the messages had that were received. */
  public long bytesReceived() {
    return bytesReceived.sum();
  }

  /** Returns how many bytes the messages had that were received, as they were on the wire. */
  public long wireBytesReceived() {
    return bytesReceived.sum() - bytesSavedReceiving.sum();
  }

  /** Returns in how many frames messages were received. */
  public long framesReceived() {
    return messagesReceived.sum() + furtherFramesReceived.sum();
  }

  /** Returns how many messages were sent. */
  public long messagesSent() {
    return messagesSent.sum();
  }

  /** Returns how many bytes the messages had that were sent. */
  public long bytesSent() {
    return bytesSent.sum();
  }

  /** Returns how many bytes the messages had that were sent, as they were on the wire. */
  public long wireBytesSent() {
    return bytesSent.sum() - bytesSavedSending.sum();
  }

  /** Returns in how many frames messages were sent. */
  public long framesSent() {
    return messagesSent.sum() + furtherFramesSent.sum();
  }

  /** Returns how many pings were received. */
  public long pingsReceived() {
    return pingsReceived.sum();
  }

  /** Returns how many pings were sent. */
  public long pingsSent() {
    return pingsSent.sum();
  }

  /** Returns of how many pings the pong has come. */
  public long roundTrips() {
    return roundTrips.sum();
  }

  /** Returns how long those pongs took together. */
  public Duration roundTripTime() {
    return Duration.ofNanos(roundTripNanos.sum());
  }

  /** Returns how many writes have stalled. */
  public long stalls() {
    return stalls.sum();
  }

  /** Returns how long they have stalled together. */
  public Duration stalledTime() {
    return Duration.ofNanos(stalledNanos.sum());
  }

  /** Returns how many messages wait in queues or are being sent from there. */
  public long queuedMessages() {
    return queuedMessages.sum();
  }

  /** Returns how many bytes they have. */
  public long queuedBytes() {
    return queuedBytes.sum();
  }

  /** Returns how many messages queues have dropped. */
  public long droppedMessages() {
    return droppedMessages.sum();
  }

  /** Returns how many bytes they had. */
  public long droppedBytes() {
    return droppedBytes.sum();
  }

  @Override
  public String toString() {
    return "WebSocketCounters[open "
        + open()
        + ", received "
        + messagesReceived()
        + " messages, sent "
        + messagesSent()
        + "]";
  }
}
