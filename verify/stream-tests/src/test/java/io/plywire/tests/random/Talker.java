// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One side of a random conversation: sends messages in parts, receives in several ways, pings and
 * pongs, and has its operations cancelled at random. What it meant to send and what it received is
 * kept for comparison with the other side.
 */
final class Talker {
  /** A message: its kind and its bytes. */
  record Sent(boolean binary, byte[] payload) {}

  final WebSocketStream stream;
  final List<Sent> sent = new ArrayList<>();
  final List<Sent> received = new ArrayList<>();
  final List<String> pings = new ArrayList<>();
  final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private final Harness h;
  private final Random random;
  private final String name;
  private final boolean narrow;
  private int messagesLeft;

  private Recorded<Long> write;
  private ByteBuffer[] rest;
  private ByteBuffer message;
  private boolean partIsLast;
  private Recorded<Long> read;
  private MessageBuffer whole;
  private ByteBuffer some;
  private Recorded<Void> ping;
  private Recorded<Void> pong;
  boolean ended;

  Talker(
      Harness h, WebSocketStream stream, Random random, String name, int messages, boolean narrow) {
    this.narrow = narrow; // long messages take too many steps then
    this.h = h;
    this.stream = stream;
    this.random = random;
    this.name = name;
    this.messagesLeft = messages;
  }

  boolean hasSentAll() {
    return messagesLeft == 0 && write == null && message == null && rest == null;
  }

  /** Looks at what has completed and starts one thing at random. */
  void act() {
    collect();
    if (ended) {
      return;
    }
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> writeOn();
      case 3, 4 -> readOn();
      case 5 -> {
        if (ping == null && random.nextInt(3) == 0) {
          String payload = name + pings.size();
          ping = h.ping(stream, payload);
          pings.add(payload);
        }
      }
      case 6 -> {
        if (pong == null && random.nextInt(4) == 0) {
          pong = h.pong(stream, "unasked");
        }
      }
      default -> {
        if (random.nextInt(3) == 0) {
          cancelSomething();
        }
      }
    }
  }

  private void cancelSomething() {
    CancellationType type =
        random.nextBoolean() ? CancellationType.TOTAL : CancellationType.PARTIAL;
    Recorded<?>[] candidates = {write, read, ping, pong};
    Recorded<?> chosen = candidates[random.nextInt(candidates.length)];
    if (chosen != null) {
      chosen.cancel(type);
    }
  }

  /** Keeps reading, whatever else happens; at the end of a conversation. */
  void readOn() {
    if (read != null || ended) {
      return;
    }
    read = h.handler(name + " reads");
    if (random.nextBoolean()) {
      whole = new MessageBuffer(random.nextInt(64));
      stream.asyncRead(whole, Recorded.io(read));
    } else {
      int size = 1 + random.nextInt(!narrow && random.nextInt(4) == 0 ? 40_000 : 100);
      some = random.nextBoolean() ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
      stream.asyncReadSome(some, Recorded.io(read));
    }
  }

  /** Goes on with what is being sent, or begins something new. */
  void writeOn() {
    if (write != null || ended) {
      return;
    }
    if (rest == null) {
      nextPart();
    }
    if (rest == null) {
      return;
    }
    write = h.handler(name + " writes");
    stream.flushParts(random.nextInt(4) == 0);
    stream.asyncWriteSome(partIsLast, rest, Recorded.io(write));
  }

  private void nextPart() {
    if (message == null) {
      if (messagesLeft == 0) {
        return;
      }
      messagesLeft--;
      begin();
    }
    int length =
        random.nextInt(3) == 0 ? message.remaining() : random.nextInt(message.remaining() + 1);
    partIsLast = length == message.remaining() && random.nextBoolean();
    ByteBuffer part = message.slice(message.position(), length);
    message.position(message.position() + length);
    rest = cut(part);
    if (partIsLast) {
      message = null;
    }
  }

  private void begin() {
    int size =
        switch (random.nextInt(6)) {
          case 0 -> 0;
          case 1 -> random.nextInt(4);
          case 2 -> 120 + random.nextInt(12);
          case 3 -> random.nextInt(narrow ? 200 : 2000);
          case 4 -> random.nextInt(300);
          default ->
              !narrow && random.nextInt(8) == 0 ? 65_530 + random.nextInt(20) : random.nextInt(50);
        };
    boolean binary = random.nextBoolean();
    byte[] payload = new byte[size];
    if (binary) {
      random.nextBytes(payload);
    } else {
      byte[] alphabet = "aé€😀z".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      for (int i = 0; i < size; i++) {
        // Whole repetitions of the alphabet, then plain letters: valid wherever it is cut.
        boolean fits = i - i % alphabet.length + alphabet.length <= size;
        payload[i] = fits ? alphabet[i % alphabet.length] : (byte) 'x';
      }
    }
    sent.add(new Sent(binary, payload));
    stream.writeKind(binary ? MessageKind.BINARY : MessageKind.TEXT);
    stream.autoFragment(random.nextBoolean());
    stream.compress(random.nextInt(4) != 0);
    stream.writeBufferBytes(random.nextInt(3) == 0 ? 8 + random.nextInt(20) : 4096);
    ByteBuffer bytes =
        random.nextBoolean() ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    message = bytes.put(payload).flip();
  }

  private ByteBuffer[] cut(ByteBuffer part) {
    int pieces = 1 + random.nextInt(3);
    ByteBuffer[] cut = new ByteBuffer[pieces];
    for (int i = 0; i < pieces; i++) {
      int length = i == pieces - 1 ? part.remaining() : random.nextInt(part.remaining() + 1);
      cut[i] = part.slice(part.position(), length);
      part.position(part.position() + length);
      if (random.nextBoolean()) {
        cut[i] = cut[i].asReadOnlyBuffer();
      }
    }
    return cut;
  }

  /** Takes note of completions. */
  void collect() {
    if (write != null && write.isDone()) {
      Recorded<Long> done = write;
      write = null;
      // Success, or a cancellation that left the stream usable: the positions tell where to go on.
      if (isFine(done.error())) {
        long left = 0;
        for (ByteBuffer source : rest) {
          left += source.remaining();
        }
        if (done.error() == null) {
          assertThat(left).as("bytes left by a write that succeeded").isZero();
          rest = null;
        }
      }
    }
    if (read != null && read.isDone()) {
      Recorded<Long> done = read;
      read = null;
      keep();
      if (isFine(done.error()) && done.error() == null && stream.receivedMessageDone()) {
        received.add(
            new Sent(stream.receivedKind() == MessageKind.BINARY, unfinished.toByteArray()));
        unfinished.reset();
      }
    }
    if (ping != null && ping.isDone()) {
      if (!isFine(ping.error()) || ping.error() != null) {
        pings.remove(pings.size() - 1);
      }
      ping = null;
    }
    if (pong != null && pong.isDone()) {
      isFine(pong.error());
      pong = null;
    }
  }

  private void keep() {
    ByteBuffer bytes = whole != null ? whole.data() : some.flip();
    while (bytes.hasRemaining()) {
      unfinished.write(bytes.get());
    }
    whole = null;
    some = null;
  }

  /** Returns whether the conversation goes on after such an end of an operation. */
  private boolean isFine(IOException error) {
    if (error == null) {
      return true;
    }
    assertThat(error).isInstanceOf(OperationException.class);
    if (error instanceof StreamException cancelled
        && cancelled.error().condition() == ErrorCondition.ABORTED
        && (cancelled.cancellation() == CancellationType.TOTAL
            || cancelled.cancellation() == CancellationType.PARTIAL)) {
      return true;
    }
    ended = true;
    return false;
  }
}
