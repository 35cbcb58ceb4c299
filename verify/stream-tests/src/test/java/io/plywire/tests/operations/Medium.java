// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import io.plywire.spi.ReadinessStream;
import io.plywire.spi.TeardownLimits;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream over nothing: a test says what comes, how much goes, and what breaks. */
final class Medium extends ReadinessStream {
  static final TeardownLimits LIMITS =
      new TeardownLimits(Duration.ofSeconds(10), Duration.ofSeconds(2), 100_000);

  /** What was called that a peer would notice, in order. */
  final List<String> calls = new ArrayList<>();

  int room = 100;
  boolean holding; // what was accepted stays here
  boolean endless;
  boolean answersAtOnce;
  @Nullable IOException broken;
  @Nullable Error bug;

  private String incoming = "";
  private boolean ended;
  private int held;
  private boolean asksToRead;
  private boolean asksToWrite;

  Medium(StreamExecutor executor) {
    super(executor, LIMITS);
  }

  // ---- what the test does

  void comes(String bytes) {
    incoming += bytes;
    answer();
  }

  void ends() {
    ended = true;
    answer();
  }

  void breaks(IOException why) {
    broken = why;
    answer();
  }

  void takes(int bytes) {
    room = bytes;
    holding = false;
    answer();
  }

  void isLost(IOException why) {
    executor().execute(() -> failed(why));
  }

  private boolean isReadable() {
    return endless || ended || broken != null || !incoming.isEmpty();
  }

  private boolean isWritable() {
    return broken != null || (room > 0 && !holding);
  }

  private void answer() {
    executor().execute(this::answerNow);
  }

  private void answerNow() {
    if (asksToRead && isReadable()) {
      asksToRead = false;
      readable();
    }
    if (asksToWrite && isWritable()) {
      asksToWrite = false;
      writable();
    }
  }

  // ---- what the skeleton asks

  private void work() throws IOException {
    if (bug != null) {
      throw bug;
    }
    if (broken != null) {
      throw broken;
    }
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    if (endless) {
      int n = target.remaining();
      target.position(target.limit());
      return n;
    }
    if (incoming.isEmpty()) {
      work();
      return ended ? -1 : 0;
    }
    int n = Math.min(target.remaining(), incoming.length());
    target.put(incoming.substring(0, n).getBytes(StandardCharsets.US_ASCII));
    incoming = incoming.substring(n);
    return n;
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    work();
    int before = room;
    for (ByteBuffer source : sources) {
      int n = Math.min(room, source.remaining());
      source.position(source.position() + n);
      room -= n;
    }
    held += holding ? before - room : 0;
    return before - room;
  }

  @Override
  protected boolean tryFlush() throws IOException {
    work();
    if (!holding) {
      held = 0;
    }
    return held == 0;
  }

  @Override
  protected void awaitReadable() {
    if (asksToRead) {
      throw new IllegalStateException("asked twice");
    }
    asksToRead = true;
    if (answersAtOnce) {
      answerNow();
    } else {
      answer();
    }
  }

  @Override
  protected void awaitWritable() {
    if (asksToWrite) {
      throw new IllegalStateException("asked twice");
    }
    asksToWrite = true;
    if (answersAtOnce) {
      answerNow();
    } else {
      answer();
    }
  }

  @Override
  protected void shutdownOutput() throws IOException {
    calls.add(ended ? "goodbye after the peer's" : "goodbye");
    work();
  }

  @Override
  protected void closeNow() {
    calls.add("closed");
    if (bug != null) {
      throw bug;
    }
  }

  @Override
  public String toString() {
    return "medium";
  }
}
