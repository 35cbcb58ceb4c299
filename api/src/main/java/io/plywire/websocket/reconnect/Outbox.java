// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Associated;
import io.plywire.stream.Completions;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.MessageKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait, in order, and the one that is being written. Knows no connection.
 *
 * <p>Any thread may add and cancel; the executor takes. What changes does so under the lock;
 * handlers run outside of it, each once.
 */
final class Outbox {
  private static final Logger log = LoggerFactory.getLogger(Reconnector.class);

  private final StreamExecutor executor;
  private final OutboxLimits limits;
  private final Runnable wake; // has the executor look here

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable ArrayDeque<Outgoing> waiting; // made when the first message comes
  private int messages; // that wait or are being written
  private long bytes;
  private boolean awake;
  private @Nullable String closed; // why nothing more is accepted
  private @Nullable Throwable closedBy;

  Outbox(StreamExecutor executor, OutboxLimits limits, Runnable wake) {
    this.executor = executor;
    this.limits = limits;
    this.wake = wake;
  }

  int messages() {
    lock.lock();
    try {
      return messages;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  // ---- coming

  void add(MessageKind kind, ByteBuffer payload, IoHandler handler) {
    long expires = limits.expires() ? executor.nanoTime() + limits.timeToLive().toNanos() : 0;
    Outgoing message = new Outgoing(this, kind, payload, expires, handler);
    List<Outgoing> losers = List.of();
    DeliveryException refusal;
    boolean rouse = false;
    lock.lock();
    try {
      refusal = closed == null ? null : isClosed(message);
      if (refusal == null && !fits(message)) {
        refusal = full(message);
        if (limits.dropsOldest() && message.size <= limits.bytes()) {
          losers = makeRoom(message);
          refusal = fits(message) ? null : refusal; // one that is being written takes the room
        }
      }
      if (refusal == null) {
        enter(message);
        queue().addLast(message);
        rouse = !awake;
        awake = true;
      }
    } finally {
      lock.unlock();
    }
    for (Outgoing loser : losers) {
      String why = "it was dropped for a newer one";
      tell(loser, loser.undelivered(ErrorCondition.LIMIT_EXCEEDED, why, null));
    }
    if (refusal != null) {
      tell(message, refusal);
    } else if (rouse) {
      executor.execute(wake);
    }
  }

  private ArrayDeque<Outgoing> queue() {
    if (waiting == null) {
      waiting = new ArrayDeque<>(4);
    }
    return waiting;
  }

  private void enter(Outgoing message) {
    message.waiting = true;
    messages++;
    bytes += message.size;
    message.slot.assign(message, 0);
  }

  private void leave(Outgoing message) {
    message.waiting = false;
    messages--;
    bytes -= message.size;
  }

  private boolean fits(Outgoing message) {
    return messages < limits.messages() && bytes + message.size <= limits.bytes();
  }

  /** Drops as many of the oldest as it takes; none if that would not be enough. */
  private List<Outgoing> makeRoom(Outgoing message) {
    List<Outgoing> losers = new ArrayList<>();
    while (!fits(message)) {
      Outgoing oldest = queue().pollFirst();
      if (oldest == null) {
        break;
      }
      leave(oldest);
      losers.add(oldest);
    }
    if (!fits(message)) {
      for (int i = losers.size() - 1; i >= 0; i--) {
        enter(losers.get(i));
        queue().addFirst(losers.get(i));
      }
      return List.of();
    }
    return losers;
  }

  private DeliveryException full(Outgoing message) {
    String why =
        messages
            + " messages of "
            + bytes
            + " bytes wait, with "
            + message.size
            + " more the limit of "
            + limits.messages()
            + " messages and "
            + limits.bytes()
            + " bytes is exceeded";
    return message.undelivered(ErrorCondition.LIMIT_EXCEEDED, why, null);
  }

  private DeliveryException isClosed(Outgoing message) {
    return message.undelivered(ErrorCondition.CLOSED, String.valueOf(closed), closedBy);
  }

  // ---- going

  /** The executor looks: whoever adds from now on has to rouse it again. */
  void roused() {
    lock.lock();
    try {
      awake = false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first message, to be written; null if there is none. */
  @Nullable Outgoing take() {
    expire();
    lock.lock();
    try {
      Outgoing first = waiting == null ? null : waiting.pollFirst();
      if (first != null) {
        first.waiting = false;
        first.slot.clear();
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a message that was taken. */
  void done(Outgoing message, @Nullable DeliveryException error) {
    lock.lock();
    try {
      leave(message);
    } finally {
      lock.unlock();
    }
    if (error == null) {
      message.consumed();
    }
    tell(message, error);
  }

  /** Puts a message that was taken back before all others. */
  void putBack(Outgoing message) {
    DeliveryException refusal;
    lock.lock();
    try {
      leave(message);
      refusal = closed == null ? null : isClosed(message);
      if (refusal == null) {
        enter(message);
        queue().addFirst(message);
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      tell(message, refusal);
    }
  }

  void cancel(Outgoing message) {
    lock.lock();
    try {
      if (!message.waiting || !queue().remove(message)) {
        return; // it is being written, or over
      }
      leave(message);
    } finally {
      lock.unlock();
    }
    String why = "it was cancelled while it waited";
    tell(message, message.undelivered(ErrorCondition.ABORTED, why, null));
  }

  /** Ends what has waited too long, and returns the time until the next one has; null if none. */
  @Nullable Duration expire() {
    if (!limits.expires()) {
      return null;
    }
    long now = executor.nanoTime();
    List<Outgoing> expired = new ArrayList<>(0);
    Duration next = null;
    lock.lock();
    try {
      for (Outgoing first; waiting != null && (first = waiting.peekFirst()) != null; ) {
        if (first.expires - now > 0) {
          next = Duration.ofNanos(first.expires - now);
          break;
        }
        waiting.removeFirst();
        leave(first);
        expired.add(first);
      }
    } finally {
      lock.unlock();
    }
    for (Outgoing message : expired) {
      String why = "it has waited for longer than it lives";
      tell(message, message.undelivered(ErrorCondition.TIMEOUT, why, null));
    }
    return next;
  }

  /** Ends all that wait, and whatever comes later. */
  void close(String why, @Nullable Throwable cause) {
    List<Outgoing> rest = new ArrayList<>();
    lock.lock();
    try {
      if (closed != null) {
        return;
      }
      closed = why;
      closedBy = cause;
      for (Outgoing each; waiting != null && (each = waiting.pollFirst()) != null; ) {
        leave(each);
        rest.add(each);
      }
      waiting = null;
    } finally {
      lock.unlock();
    }
    for (Outgoing message : rest) {
      tell(message, message.undelivered(ErrorCondition.CLOSED, why, cause));
    }
  }

  private void tell(Outgoing message, @Nullable DeliveryException error) {
    IoHandler handler = message.handler;
    message.slot.clear();
    Completions.post(
        (Associated) handler,
        executor,
        () -> {
          try {
            handler.completed(error, error == null ? message.size : 0);
          } catch (Throwable e) { // a stranger's code; the connection is not to blame
            log.error("A handler of a message threw", e);
          }
        });
  }
}
