// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.soak.Tally.Wrong;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One side of a {@link Talk}: sends its messages in several ways, reads all the time in several
 * ways, pings, cancels, and closes when it is its turn. Lives on the stream's executor.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // only the stream's executor writes them
final class Side {
  private final Talk talk;
  private final Role role;
  private final WebSocketStream stream;
  private final Random random;
  private final Queue<String> pending = new ConcurrentLinkedQueue<>();
  private final AtomicInteger outstanding = new AtomicInteger();
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private boolean pinging;
  private boolean closing;
  private boolean cancelling;
  private boolean closesSoon;

  private volatile boolean over;
  private volatile boolean readEnded;
  private volatile boolean aborted;
  private volatile int begun;
  private volatile int written;
  private volatile int received;
  private volatile @Nullable IOException end;
  private volatile @Nullable CloseOutcome closed;

  Side(Talk talk, Role role, WebSocketStream stream) {
    this.talk = talk;
    this.role = role;
    this.stream = stream;
    this.random = new Random(talk.seed(role));
  }

  /** Begins; on the executor of the stream. */
  void begin() {
    read();
    next();
  }

  boolean isOver() {
    return over;
  }

  /** Ends a connection that has no end of its own, so that the others can go on. */
  void give() {
    stream.abort();
  }

  WebSocketStream stream() {
    return stream;
  }

  void started(String what) {
    outstanding.incrementAndGet();
    pending.add(what);
    talk.tally().operations.incrementAndGet();
  }

  void ended(String what) {
    pending.remove(what);
    if (outstanding.decrementAndGet() == 0 && readEnded) {
      over = true;
      talk.looked();
    }
  }

  void wrong(Wrong kind, String what) {
    talk.wrong(kind, role + ": " + what);
  }

  // ---- Sending ----

  private void next() {
    if (closing || readEnded) {
      return;
    }
    if (talk.aborts(role) && written >= talk.plannedEnd()) {
      aborted = true;
      talk.tookEffect();
      stream.abort();
      return;
    }
    if (talk.closes(role) && written >= talk.plannedEnd() && talk.early()) {
      close();
      return;
    }
    if (begun < talk.messages(role)) {
      write(talk.message(role, begun), begun++);
    } else {
      closeIfDone();
    }
  }

  private void closeIfDone() {
    boolean done = written == talk.messages(role) && received == talk.messages(other());
    if (talk.closes(role) && done && !closing && !readEnded) {
      close();
    }
  }

  private Role other() {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  private void write(Talk.Text message, int number) {
    ByteBuffer bytes =
        random.nextBoolean()
            ? ByteBuffer.wrap(message.bytes())
            : ByteBuffer.allocateDirect(message.bytes().length).put(message.bytes()).flip();
    stream.autoFragment(random.nextBoolean());
    stream.compress(random.nextInt(4) > 0);
    int way = random.nextInt(3);
    if (way == 0) {
      Once once = new Once(this, "write " + number);
      stream.asyncWrite(message.kind(), bytes, once.io(this::wrote));
      once.called();
    } else {
      stream.writeKind(message.kind());
      parts(bytes, number, way == 1 ? 1 : 1 + random.nextInt(4));
    }
    if (!pinging && random.nextInt(3) == 0) {
      ping();
    }
  }

  private void parts(ByteBuffer rest, int number, int left) {
    Once once = new Once(this, "write " + number + ", " + left + " parts left");
    if (left == 1) {
      stream.asyncWriteSome(true, rest, once.io(this::wrote));
    } else {
      int length = rest.remaining() == 0 ? 0 : random.nextInt(rest.remaining() + 1);
      ByteBuffer part = rest.slice(rest.position(), length);
      rest.position(rest.position() + length);
      stream.asyncWriteSome(
          false,
          part,
          once.io(
              (error, bytes) -> {
                if (error == null) {
                  parts(rest, number, left - 1);
                } else {
                  named(error);
                }
              }));
    }
    once.called();
  }

  private void wrote(@Nullable IOException error, @Nullable Long bytes) {
    if (error != null) {
      named(error);
      return;
    }
    written++;
    next();
  }

  private void ping() {
    pinging = true;
    Once once = new Once(this, "ping");
    stream.asyncPing(
        ByteBuffer.allocate(random.nextInt(126)),
        once.handler(
            (error, nothing) -> {
              pinging = false;
              if (error != null) {
                named(error);
              }
            }));
    once.called();
    if (random.nextInt(4) == 0) {
      once.signal().emit(CancellationType.TOTAL);
    }
  }

  private void close() {
    if (cancelling) {
      // A read that begins behind a cancelled one may be late, and what came between is dropped.
      closesSoon = true;
      return;
    }
    closing = true;
    Once once = new Once(this, "close");
    stream.asyncClose(
        CloseReason.of(4000 + random.nextInt(1000)),
        once.handler(
            (error, outcome) -> {
              if (error != null) {
                named(error);
              } else if (!outcome.equals(stream.closeOutcome())) {
                wrong(Wrong.UNTRUTHFUL, "close tells " + outcome);
              }
            }));
    once.called();
  }

  // ---- Receiving ----

  private void read() {
    Once once = new Once(this, "read " + received);
    if (random.nextBoolean()) {
      MessageBuffer whole = new MessageBuffer(random.nextInt(64));
      stream.asyncRead(whole, once.io((error, bytes) -> wasRead(error, whole.data())));
    } else {
      ByteBuffer some =
          random.nextInt(4) == 0
              ? ByteBuffer.allocateDirect(1 + random.nextInt(20_000))
              : ByteBuffer.allocate(1 + random.nextInt(4_000));
      stream.asyncReadSome(some, once.io((error, bytes) -> wasRead(error, some.flip())));
    }
    once.called();
    if (!closing && random.nextInt(20) == 0) {
      cancelling = true;
      once.signal().emit(CancellationType.TOTAL);
    }
  }

  private void wasRead(@Nullable IOException error, ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      unfinished.write(bytes.get());
    }
    cancelling = false;
    if (error != null) {
      if (error instanceof StreamException cancelled
          && cancelled.cancellation() == CancellationType.TOTAL) {
        read();
        closeSoon();
      } else {
        readEnded(error);
      }
      return;
    }
    if (stream.receivedMessageDone()) {
      compare(stream.receivedKind(), unfinished.toByteArray());
      unfinished.reset();
      received++;
      closeIfDone();
    }
    read();
    closeSoon();
  }

  private void closeSoon() {
    if (closesSoon && !cancelling && !closing) {
      close();
    }
  }

  private void compare(MessageKind kind, byte[] bytes) {
    talk.tally().messages.incrementAndGet();
    talk.tally().bytes.addAndGet(bytes.length);
    if (received >= talk.messages(other())) {
      wrong(Wrong.WRONG_BYTES, "a message more than were sent");
      return;
    }
    Talk.Text sent = talk.message(other(), received);
    if (kind != sent.kind() || !Arrays.equals(bytes, sent.bytes())) {
      wrong(
          Wrong.WRONG_BYTES,
          kind
              + " message "
              + received
              + " of "
              + bytes.length
              + " bytes is not the "
              + sent.kind()
              + " message of "
              + sent.bytes().length
              + " bytes that was sent");
    }
  }

  /** The connection has ended, for the read was told. */
  private void readEnded(IOException error) {
    named(error);
    CloseOutcome outcome = stream.closeOutcome();
    end = error;
    closed = outcome;
    readEnded = true;
    if (outcome == null) {
      wrong(Wrong.UNTRUTHFUL, "a read ended with " + error + ", and there is no outcome");
      stream.abort();
    } else if (!closing) {
      close(); // tells the outcome again
    }
  }

  private void named(IOException error) {
    if (!(error instanceof OperationException)) {
      if (!talk.injected(error)) {
        wrong(Wrong.UNTRUTHFUL, "an error without a name: " + error);
      }
    }
  }

  // ---- Looking back, when it is over ----

  /** Judges what this side was told, beside what the other one was. */
  void judge(@Nullable Side peer) {
    CloseOutcome mine = closed;
    IOException error = end;
    if (mine == null || error == null) {
      return; // was told before
    }
    boolean complete = mine.handshakeComplete();
    if (mine.transport() == CloseOutcome.TransportEnd.GRACEFUL && !complete) {
      wrong(Wrong.UNTRUTHFUL, "graceful without a closing handshake: " + mine);
    }
    if (mine.cause() == null && mine.received() == null) {
      wrong(Wrong.UNTRUTHFUL, "no cause, and no close frame of the peer: " + mine);
    }
    if (error instanceof WebSocketException known && known.error() == WebSocketError.CLOSED) {
      if (!mine.equals(known.outcome())) {
        wrong(Wrong.UNTRUTHFUL, "the read tells " + known.outcome() + ", the stream " + mine);
      }
    }
    if (mine.received() != null) {
      if (peer == null) {
        wrong(Wrong.UNTRUTHFUL, "a close frame of nobody: " + mine);
      } else {
        judgeClosed(mine, peer);
      }
    }
    boolean timedOut = isTimeout(mine.cause());
    if (timedOut && !talk.maybeSilent()) {
      talk.lateOrWrong(role + ": timed out, and nothing was silent: " + mine);
    } else if (!talk.broken() && !talk.maybeSilent()) {
      if (!complete
          || mine.cause() != null
          || mine.transport() != CloseOutcome.TransportEnd.GRACEFUL) {
        talk.lateOrWrong(role + ": ended out of order, and nobody broke it: " + mine);
      } else if (!talk.early() && received != talk.messages(other())) {
        wrong(Wrong.UNTRUTHFUL, "ended in order, " + received + " messages received: " + mine);
      }
    }
    if (complete && mine.cause() == null) {
      talk.tally().orderly.incrementAndGet();
    }
  }

  private void judgeClosed(CloseOutcome mine, Side peer) {
    CloseOutcome theirs = peer.closed;
    if (theirs != null && !mine.received().equals(theirs.sent())) {
      wrong(Wrong.UNTRUTHFUL, "received what the peer did not send: " + mine + ", " + theirs);
    }
    if (received < peer.written) {
      wrong(
          Wrong.UNTRUTHFUL,
          "a close frame came and " + received + " of " + peer.written + " messages: " + mine);
    }
    if (received > peer.begun) {
      wrong(Wrong.WRONG_BYTES, received + " messages, and the peer began " + peer.begun);
    }
  }

  private static boolean isTimeout(@Nullable IOException cause) {
    return cause instanceof OperationException known && known.condition() == ErrorCondition.TIMEOUT;
  }

  @Override
  public String toString() {
    return role
        + (over ? " over" : " with " + pending)
        + (aborted ? ", aborted" : "")
        + ", wrote "
        + written
        + ", received "
        + received
        + ", "
        + stream
        + ", "
        + stream.closeOutcome();
  }
}
