// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Connections that send random messages of their own, whole and in parts, flushed and not,
 * compressed and not, and between them messages that all of them share. All are on one executor, so
 * that they lend each other what they compress with, and each has a receiver that is zlib.
 */
final class Mix {
  private static final int SHARED = 40;
  private static final int LONGEST = 800;

  private final ManualExecutor executor = new ManualExecutor();
  private final WebSocketOptions[] options = new WebSocketOptions[4];
  private final byte[] words = new byte[6000];
  private final PreparedMessage[] shared = new PreparedMessage[SHARED];
  private final byte[][] sharedBytes = new byte[SHARED][];
  private final byte[] room = new byte[1 << 17];
  private final Random random;

  // Of all connections, so that a test can see that they did what they are for.
  long ownMessages;
  long sharedMessages;
  long compressedFrames;

  Mix(Random random) {
    this.random = random;
    JzlibEngine engine = new JzlibEngine();
    int[] levels = {-1, 1, 6, 9};
    for (int i = 0; i < options.length; i++) {
      options[i] =
          Harness.quiet()
              .withDeflate(
                  DeflateOptions.defaults()
                      .withEngine(engine)
                      .withLevel(levels[i])
                      .withThreshold(i == 3 ? 100 : 0));
    }
    for (int i = 0; i < words.length; i++) {
      words[i] = (byte) random.nextInt(i % 200 < 100 ? 256 : 8);
    }
    renewShared();
  }

  private void renewShared() {
    for (int i = 0; i < SHARED; i++) {
      sharedBytes[i] = content(i == 0 ? 40_000 : i == 1 ? 5_000 : random.nextInt(LONGEST));
      shared[i] = PreparedMessage.binary(ByteBuffer.wrap(sharedBytes[i]));
    }
  }

  /** Returns bytes that repeat what other messages say, at every distance. */
  private byte[] content(int length) {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int n = Math.min(length - at, 1 + random.nextInt(60));
      System.arraycopy(words, random.nextInt(words.length - n), bytes, at, n);
      at += n;
    }
    return bytes;
  }

  /** Holds one conversation; throws if anybody would receive something else than was sent. */
  void hold() {
    if (random.nextInt(200) == 0) {
      renewShared();
    }
    boolean takeover = random.nextBoolean();
    int bits = 8 + random.nextInt(8);
    Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
    Wire wire = new Wire(executor);
    WebSocketStream stream =
        wire.stream(
            role,
            options[random.nextInt(options.length)],
            new DeflateParameters(bits, bits, takeover, takeover));
    stream.writeKind(MessageKind.BINARY);
    List<byte[]> sent = new ArrayList<>();
    for (int count = 2 + random.nextInt(6); count > 0; count--) {
      stream.compress(random.nextInt(6) > 0);
      stream.flushParts(random.nextBoolean());
      stream.writeBufferBytes(random.nextInt(4) == 0 ? 64 : 4096);
      stream.autoFragment(random.nextInt(4) > 0);
      if (random.nextInt(3) == 0) {
        int i = Math.max(random.nextInt(SHARED), random.nextInt(SHARED)); // seldom the long ones
        run(handler -> stream.asyncWrite(shared[i], handler));
        sent.add(sharedBytes[i]);
        sharedMessages++;
      } else {
        sent.add(writeOwn(stream));
        ownMessages++;
      }
    }
    compare(wire, new Zlib(bits, takeover, room), sent);
    stream.abort();
    executor.runUntilIdle();
  }

  private byte[] writeOwn(WebSocketStream stream) {
    byte[] message = content(random.nextInt(random.nextInt(100) == 0 ? 40_000 : LONGEST));
    int at = 0;
    for (int parts = random.nextInt(4); parts > 0; parts--) {
      int to = at + random.nextInt(message.length - at + 1);
      ByteBuffer part = ByteBuffer.wrap(message, at, to - at);
      run(handler -> stream.asyncWriteSome(false, part, handler));
      at = to;
    }
    ByteBuffer rest = ByteBuffer.wrap(message, at, message.length - at);
    run(handler -> stream.asyncWriteSome(true, rest, handler));
    return message;
  }

  private void run(Consumer<IoHandler> operation) {
    int[] runs = {0};
    operation.accept(
        (error, n) -> {
          if (error != null) {
            throw new AssertionError(error);
          }
          runs[0]++;
        });
    executor.runUntilIdle();
    if (runs[0] != 1) {
      throw new AssertionError("a handler ran " + runs[0] + " times");
    }
  }

  private void compare(Wire wire, Zlib receiver, List<byte[]> sent) {
    try (receiver) {
      var frames = wire.takeFrames();
      compressedFrames += frames.stream().filter(frame -> frame.rsv() == 4).count();
      List<byte[]> got = receiver.messages(frames);
      if (got.size() != sent.size()) {
        throw new AssertionError(got.size() + " messages of " + sent.size());
      }
      for (int i = 0; i < sent.size(); i++) {
        if (!Arrays.equals(got.get(i), sent.get(i))) {
          throw new AssertionError("message " + i + " is another one");
        }
      }
    }
  }
}
