// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends numbered messages, and comes again when its connection ends.
 *
 * <p>On the executor of its connection, one after the other.
 */
final class Caller {
  /**
   * What it has done.
   *
   * @param client its number
   * @param sent the last number that it sent
   * @param acknowledged the last number that was acknowledged, as were all before
   * @param resent which numbers it sent again, and how many times
   */
  record Account(int client, int sent, int acknowledged, Map<Integer, Integer> resent) {}

  private final int number;
  private final Fleet fleet;
  private final Map<Integer, Integer> resent = new HashMap<>();
  private int sent;
  private int acknowledged;
  private boolean leaving;

  private volatile @Nullable Line line;

  /** One connection. */
  private final class Line {
    private final WebSocketStream stream;
    private final SendQueue queue;

    Line(WebSocketStream stream) {
      this.stream = stream;
      this.queue =
          new SendQueue(stream, fleet.plan().window(), Integer.MAX_VALUE, OverflowPolicy.fail());
    }

    void send(int what) {
      queue.send(number + " " + what, (error, bytes) -> {}); // the read tells of the end
    }

    void read() {
      stream.asyncRead(this::received);
    }

    private void received(@Nullable IOException error, @Nullable Message message) {
      if (message == null) {
        if (!leaving) {
          ended(stream.closeOutcome());
        }
        return;
      }
      acknowledged(Integer.parseInt(message.text()));
      read();
    }

    private void acknowledged(int what) {
      if (what != acknowledged + 1 || what > sent) {
        fleet.wrong("the acknowledgment of " + what + " came after that of " + acknowledged);
        return;
      }
      acknowledged = what;
      fleet.progress();
      if (!leaveIfDone()) {
        stream.executor().schedule(fleet.plan().pause(), this::more);
      }
    }

    private void more() {
      if (line == this && !fleet.isEnding() && sent - acknowledged < fleet.plan().window()) {
        send(++sent);
      }
    }

    boolean leaveIfDone() {
      if (!fleet.isEnding() || acknowledged < sent || leaving) {
        return false;
      }
      leaving = true;
      stream.asyncClose(CloseReason.NORMAL, (error, outcome) -> left(outcome));
      return true;
    }
  }

  Caller(int number, Fleet fleet) {
    this.number = number;
    this.fleet = fleet;
  }

  void connect() {
    fleet.connect(this::opened);
  }

  private void opened(@Nullable IOException error, @Nullable WebSocketStream stream) {
    if (stream == null) {
      fleet.openingFailed(error);
      fleet.later(this::connect);
      return;
    }
    Line opened = new Line(stream);
    line = opened;
    fleet.opened();
    for (int i = acknowledged + 1; i <= sent; i++) {
      resent.merge(i, 1, Integer::sum);
      opened.send(i);
    }
    while (!fleet.isEnding() && sent - acknowledged < fleet.plan().window()) {
      opened.send(++sent);
    }
    opened.read();
    opened.leaveIfDone();
  }

  private void ended(@Nullable CloseOutcome outcome) {
    line = null;
    fleet.ended(outcome);
    connect();
  }

  private void left(@Nullable CloseOutcome outcome) {
    if (outcome == null || !outcome.handshakeComplete()) {
      fleet.wrong("a connection that the client closed " + outcome);
    }
    fleet.left();
  }

  /** Leaves as soon as everything is acknowledged; on any thread, after the fleet is ending. */
  void leave() {
    Line now = line;
    if (now != null) {
      now.stream.executor().execute(now::leaveIfDone);
    }
  }

  /** Tells what it did; after it has left. */
  Account account() {
    return new Account(number, sent, acknowledged, resent);
  }
}
