// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.soak.Tally.Wrong;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One connection: who says what, who ends it and how, what is done to it, and what came of it. */
@SuppressWarnings("EnumOrdinal") // the two roles are places in a small array
final class Talk {
  /** A message. */
  @SuppressWarnings("ArrayRecordComponent") // made once, and nobody changes or compares it
  record Text(MessageKind kind, byte[] bytes) {}

  private static final byte[] ALPHABET =
      "a\u00e9\u20ac\ud83d\ude00z".getBytes(StandardCharsets.UTF_8);

  private final int number;
  private final long seed;
  private final Setup setup;
  private final Fault fault;
  private final boolean silentNetwork;
  private final Tally tally;
  private final int[] messages = new int[2];
  private final int plannedEnd;
  private final boolean early;
  private final int closer;

  private volatile @Nullable Side client;
  private volatile @Nullable Side server;
  private volatile @Nullable IOException refusal;
  private volatile boolean effective;
  private volatile boolean openingOver;
  private volatile boolean late;
  private volatile BooleanSupplier effect = () -> false;
  private volatile Runnable release = () -> {};

  /**
   * Plans one.
   *
   * @param silentNetwork whether all connections may be silent for longer than is waited for
   */
  Talk(int number, long seed, Setup setup, Fault fault, boolean silentNetwork, Tally tally) {
    this.number = number;
    this.seed = seed;
    this.setup = setup;
    this.fault = fault;
    this.silentNetwork = silentNetwork;
    this.tally = tally;
    Random random = new Random(seed);
    messages[0] = random.nextInt(12);
    messages[1] = random.nextInt(12);
    closer = random.nextInt(3);
    int fewest = Math.min(messages[0], messages[1]);
    plannedEnd = random.nextInt(fewest + 1);
    early = random.nextInt(4) == 0;
  }

  int number() {
    return number;
  }

  Setup setup() {
    return setup;
  }

  Fault fault() {
    return fault;
  }

  Tally tally() {
    return tally;
  }

  long seed(Role role) {
    return seed * 31 + role.ordinal();
  }

  // ---- The plan ----

  int messages(Role role) {
    return messages[role.ordinal()];
  }

  boolean closes(Role role) {
    return closer == 2 || closer == role.ordinal();
  }

  boolean aborts(Role role) {
    return fault == Fault.ABORT && closes(role);
  }

  /** After how many messages a side ends it, if it does so early. */
  int plannedEnd() {
    return plannedEnd;
  }

  /** Whether it is closed before everything is said. */
  boolean early() {
    return early;
  }

  /** Returns a message, always the same. */
  Text message(Role role, int index) {
    Random random = new Random(seed(role) * 1_000_003 + index);
    int size =
        switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> 120 + random.nextInt(12);
          case 2 -> 65_530 + random.nextInt(12);
          case 3 -> random.nextInt(200_000);
          case 4, 5 -> random.nextInt(5_000);
          default -> random.nextInt(200);
        };
    byte[] bytes = new byte[size];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
      return new Text(MessageKind.BINARY, bytes);
    }
    int offset = 1 + random.nextInt(20);
    for (int i = 0; i < size; i++) {
      int at = i % (ALPHABET.length + offset);
      boolean fits = i - at + ALPHABET.length <= size;
      bytes[i] = fits && at < ALPHABET.length ? ALPHABET[at] : (byte) ('a' + at % 26);
    }
    return new Text(MessageKind.TEXT, bytes);
  }

  // ---- What happens ----

  /** Takes note of how to find out whether the fault came to be, and of what to let go at last. */
  void faultIs(BooleanSupplier happened, Runnable after) {
    effect = happened;
    release = after;
  }

  void tookEffect() {
    effective = true;
  }

  void clientOpened(@Nullable IOException error, @Nullable WebSocketStream stream) {
    if (openingOver) {
      wrong(Wrong.NOT_ONCE, "the handler of connect ran twice");
      return;
    }
    if (error != null) {
      refusal = error;
    } else {
      Side side = new Side(this, Role.CLIENT, stream);
      client = side;
      side.begin();
    }
    openingOver = true;
    looked();
  }

  void serverOpened(WebSocketStream stream) {
    Side side = new Side(this, Role.SERVER, stream);
    if (server != null) {
      wrong(Wrong.NOT_ONCE, "opened twice");
    }
    server = side;
    side.begin();
  }

  @Nullable Side side(Role role) {
    return role == Role.CLIENT ? client : server;
  }

  /** Wakes whoever waits for the end. */
  synchronized void looked() {
    notifyAll();
  }

  boolean isOver() {
    Side mine = client;
    Side theirs = server;
    return openingOver && (mine == null || mine.isOver()) && (theirs == null || theirs.isOver());
  }

  /** Waits for the end of both sides, and returns whether it came. */
  synchronized boolean awaitEnd(long deadlineNanos) throws InterruptedException {
    while (!isOver()) {
      long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(Math.min(left, 100));
    }
    return true;
  }

  // ---- Looking back ----

  /** Whether something was done that may end it out of order. */
  boolean broken() {
    return fault.breaks && happened();
  }

  private boolean happened() {
    return effective || effect.getAsBoolean();
  }

  boolean maybeSilent() {
    return silentNetwork || (fault.silent && happened());
  }

  boolean injected(IOException error) {
    return error.getMessage() != null && error.getMessage().equals("injected");
  }

  /** Judges the whole of it, once. */
  void judge(boolean machineWasLate) {
    late = machineWasLate;
    if (happened()) {
      tally.fault(fault);
    }
    for (Role role : Role.values()) {
      Side side = side(role);
      if (side != null && !side.isOver()) {
        wrong(Wrong.HUNG, "no end: " + side);
        side.give();
      }
    }
    if (!openingOver) {
      wrong(Wrong.HUNG, "connect has no end");
    } else if (isOver()) {
      judgeEnds();
    }
    release.run();
  }

  private void judgeEnds() {
    Side mine = client;
    Side theirs = server;
    IOException why = refusal;
    if (mine != null) {
      tally.connections.incrementAndGet();
      mine.judge(theirs);
    } else {
      tally.refused.incrementAndGet();
      if (!broken() && !maybeSilent()) {
        lateOrWrong("the opening failed, and nothing was wrong: " + why);
      } else if (why instanceof OperationException known
          && known.condition() == ErrorCondition.TIMEOUT
          && !maybeSilent()) {
        lateOrWrong("the opening timed out, and nothing was silent: " + why);
      }
    }
    if (theirs != null) {
      theirs.judge(mine);
    }
  }

  /** What proves nothing if this machine was late itself. */
  void lateOrWrong(String what) {
    if (late) {
      tally.excused.incrementAndGet();
    } else {
      wrong(Wrong.UNTRUTHFUL, what);
    }
  }

  void wrong(Wrong kind, String what) {
    tally.wrong(kind, this, what);
  }

  @Override
  public String toString() {
    return "talk " + number + " (" + setup + ", " + fault + (happened() ? "" : ", not yet") + ")";
  }
}
