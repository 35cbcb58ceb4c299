// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Associated;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import io.plywire.websocket.internal.observe.Observers;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a {@link SendQueue}: which are admitted, which wait, which one is being sent.
 *
 * <p>What changes the queue happens under its lock; handlers run and the stream is called outside
 * of it.
 */
final class MessageQueue {
  private final WebSocketStream stream;
  private final int maxMessages;
  private final long maxBytes;
  private final OverflowPolicy policy;
  private final @Nullable WebSocketObserver observer; // of the options

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private int messages; // that wait or are being sent
  private long bytes;
  private boolean sending;
  private boolean closing;
  private @Nullable String refusing; // why nothing more is accepted
  private long dropped;

  MessageQueue(WebSocketStream stream, int maxMessages, long maxBytes, OverflowPolicy policy) {
    this.stream = stream;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.policy = policy;
    WebSocketOptions options = stream.connection().options();
    this.observer = options.observer() == null ? null : Observers.of(options);
  }

  /** Returns who hears what happens, or null if nobody does. */
  private @Nullable WebSocketObserver observer() {
    return observer != null ? observer : Observers.of(stream.connection().options());
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

  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return messages()
        + " of "
        + maxMessages
        + " messages, "
        + bytes()
        + " of "
        + maxBytes
        + " bytes, on overflow "
        + policy;
  }

  // ---- coming

  /**
   * Adds a message.
   *
   * @param key what it is about, if only the latest of its kind matters
   */
  void add(@Nullable Object key, MessageKind kind, ByteBuffer payload, IoHandler handler) {
    add(new Entry(key, kind, false, payload, null, handler));
  }

  /** Adds a text that is known to be UTF-8. */
  void addEncoded(ByteBuffer text, IoHandler handler) {
    add(new Entry(null, MessageKind.TEXT, true, text, null, handler));
  }

  /** Adds a prepared message. */
  void add(PreparedMessage message, IoHandler handler) {
    add(new Entry(null, message.kind(), true, null, message, handler));
  }

  /** Adds a mark behind what waits; its handler runs when all before it has completed. */
  void addMarker(IoHandler handler) {
    add(new Entry(handler));
  }

  private void add(Entry entry) {
    List<Entry> losers = new ArrayList<>(0);
    IOException refusal;
    boolean close = false;
    int depth;
    lock.lock();
    try {
      refusal = entry.isMarker() ? null : admit(entry, losers);
      if (refusal == null) {
        entry.queued = true;
        messages += entry.isMarker() ? 0 : 1;
        bytes += entry.size;
        if (!entry.replaces(waiting)) {
          waiting.addLast(entry);
        }
        entry.handler.cancellationSlot().assign(entry, 0);
      } else if (policy.kind() == OverflowPolicy.Kind.CLOSE && refusing == null) {
        refusing = "the peer was too slow";
        close = true;
        drain(losers);
      }
      depth = messages;
    } finally {
      lock.unlock();
    }
    tell(entry, refusal, losers, depth);
    for (Entry loser : losers) {
      loser.post(
          close
              ? full("the WebSocket is closed, because its peer is too slow")
              : new WebSocketException(
                  WebSocketError.DROPPED, "the message was dropped for a newer one", null));
    }
    if (refusal != null) {
      entry.post(refusal);
    }
    if (close) {
      stream.close(policy.closeReason());
    }
    pump();
  }

  private void tell(Entry entry, @Nullable IOException refusal, List<Entry> losers, int depth) {
    WebSocketObserver told = observer();
    if (told == null || entry.isMarker()) {
      return;
    }
    for (Entry loser : losers) {
      told.dequeued(stream, loser.size, depth);
      told.dropped(stream, loser.size);
    }
    if (refusal == null) {
      told.queued(stream, entry.size, depth);
    } else {
      told.dropped(stream, entry.size);
    }
  }

  private void tellDequeued(Entry entry, int depth) {
    WebSocketObserver told = observer();
    if (told != null) {
      told.dequeued(stream, entry.size, depth);
    }
  }

  /** Decides about a message; under the lock. */
  private @Nullable IOException admit(Entry entry, List<Entry> losers) {
    if (refusing != null) {
      return full(refusing);
    }
    if (policy.kind() == OverflowPolicy.Kind.CONFLATE && entry.key != null) {
      entry.replaced = waitingFor(entry.key);
      if (entry.replaced != null) {
        leave(entry.replaced);
      }
    }
    boolean fits = fits(entry);
    if (!fits && policy.kind() == OverflowPolicy.Kind.DROP_OLDEST && entry.size <= maxBytes) {
      for (Iterator<Entry> oldest = waiting.iterator(); !fits && oldest.hasNext(); ) {
        Entry loser = oldest.next();
        if (!loser.isMarker()) {
          oldest.remove();
          leave(loser);
          losers.add(loser);
          fits = fits(entry);
        }
      }
      dropped += losers.size();
    }
    if (fits) {
      if (entry.replaced != null) {
        losers.add(entry.replaced);
        dropped++;
      }
      return null;
    }
    if (entry.replaced != null) {
      enter(entry.replaced); // the old value is better than none
    }
    if (policy.kind() == OverflowPolicy.Kind.DROP_NEWEST) {
      dropped++;
      return new WebSocketException(
          WebSocketError.DROPPED, "the message was dropped: " + fullness(entry), null);
    }
    return full(fullness(entry));
  }

  private boolean fits(Entry entry) {
    return messages < maxMessages && bytes + entry.size <= maxBytes;
  }

  private String fullness(Entry entry) {
    return messages
        + " messages of "
        + bytes
        + " bytes wait, with "
        + entry.size
        + " more the limit of "
        + maxMessages
        + " messages and "
        + maxBytes
        + " bytes is exceeded";
  }

  private static IOException full(String why) {
    return new WebSocketException(
        WebSocketError.QUEUE_FULL, "the message was not queued: " + why, null);
  }

  private @Nullable Entry waitingFor(Object key) {
    for (Entry entry : waiting) {
      if (key.equals(entry.key)) {
        return entry;
      }
    }
    return null;
  }

  private void leave(Entry entry) {
    entry.queued = false;
    if (!entry.isMarker()) {
      messages--;
      bytes -= entry.size;
    }
  }

  private void enter(Entry entry) {
    entry.queued = true;
    messages++;
    bytes += entry.size;
  }

  private void drain(List<Entry> into) {
    for (Iterator<Entry> all = waiting.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (!entry.isMarker()) {
        all.remove();
        leave(entry);
        into.add(entry);
      }
    }
  }

  /** Accepts nothing more; returns false if that was asked for before. */
  boolean close() {
    lock.lock();
    try {
      boolean first = !closing;
      closing = true;
      if (refusing == null) {
        refusing = "the queue is closing";
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  // ---- going

  /** Sends the next message, unless one is under way. */
  private void pump() {
    while (true) {
      Entry next;
      lock.lock();
      try {
        next = sending ? null : waiting.pollFirst();
        if (next == null) {
          return;
        }
        next.queued = false;
        sending = !next.isMarker();
      } finally {
        lock.unlock();
      }
      next.handler.cancellationSlot().clear();
      if (!next.isMarker()) {
        next.start();
        return;
      }
      next.post(null);
    }
  }

  private void ended(Entry entry) {
    int depth;
    lock.lock();
    try {
      sending = false;
      messages--;
      bytes -= entry.size;
      depth = messages;
    } finally {
      lock.unlock();
    }
    tellDequeued(entry, depth);
  }

  private void cancel(Entry entry, CancellationType type) {
    int depth;
    lock.lock();
    try {
      if (!entry.queued) {
        return; // on its way, or gone: the stream's own operation listens then
      }
      waiting.remove(entry);
      leave(entry);
      depth = messages;
    } finally {
      lock.unlock();
    }
    if (!entry.isMarker()) {
      tellDequeued(entry, depth);
    }
    entry.post(
        StreamException.cancelled(
            type, "the message was cancelled while it waited; the WebSocket is usable"));
    pump();
  }

  /** A message, or a marker between messages. While it is sent, it is the handler of the write. */
  private final class Entry implements IoHandler, CancellationSlot.Cancellable {
    final @Nullable Object key;
    private final MessageKind kind;
    private final boolean validated; // if it is text
    private final @Nullable ByteBuffer payload;
    private final @Nullable PreparedMessage prepared;
    final IoHandler handler;
    final long size;
    boolean queued;
    @Nullable Entry replaced;

    Entry(
        @Nullable Object key,
        MessageKind kind,
        boolean validated,
        @Nullable ByteBuffer payload,
        @Nullable PreparedMessage prepared,
        IoHandler handler) {
      this.key = key;
      this.kind = kind;
      this.validated = validated;
      this.payload = payload;
      this.prepared = prepared;
      this.handler = Objects.requireNonNull(handler, "handler");
      this.size = payload != null ? payload.remaining() : prepared != null ? prepared.size() : 0;
    }

    /** Makes a marker. */
    Entry(IoHandler handler) {
      this(null, MessageKind.TEXT, true, null, null, handler);
    }

    boolean isMarker() {
      return payload == null && prepared == null;
    }

    /** Puts this where the entry it replaces stands. */
    boolean replaces(ArrayDeque<Entry> queue) {
      if (replaced == null) {
        return false;
      }
      // A deque cannot replace in the middle; one turn around keeps the order of all others.
      for (int i = queue.size(); i > 0; i--) {
        Entry entry = queue.removeFirst();
        queue.addLast(entry.equals(replaced) ? this : entry);
      }
      replaced = null;
      return true;
    }

    void start() {
      try {
        if (prepared != null) {
          stream.asyncWrite(prepared, this);
        } else if (validated) {
          stream.writeEncoded(Objects.requireNonNull(payload), this);
        } else {
          stream.asyncWrite(kind, Objects.requireNonNull(payload), this);
        }
      } catch (RuntimeException e) {
        ended(this);
        post(
            new WebSocketException(
                WebSocketError.QUEUE_FULL,
                "the message was not sent: a write that does not come from the queue is outstanding;"
                    + " send everything on this stream through the queue",
                e));
        pump();
      }
    }

    @Override
    public void completed(@Nullable IOException error, long count) {
      ended(this);
      pump(); // first, so that the next message does not wait for this handler
      handler.completed(error, count);
    }

    /** Runs the handler outside of the calling code. */
    void post(@Nullable IOException error) {
      handler.cancellationSlot().clear();
      Completions.post((Associated) handler, stream.executor(), () -> complete(error));
    }

    private void complete(@Nullable IOException error) {
      try {
        handler.completed(error, 0);
      } catch (Throwable e) { // as of any operation
        stream.handlerThrew("a send queue", e);
      }
    }

    @Override
    public void cancel(long id, CancellationType type) {
      MessageQueue.this.cancel(this, type);
    }

    @Override
    public @Nullable Executor executor() {
      return handler.executor();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return handler.cancellationSlot();
    }
  }
}
