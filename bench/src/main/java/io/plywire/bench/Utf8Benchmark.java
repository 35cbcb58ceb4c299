// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.websocket.internal.protocol.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Validation of UTF-8 beside a copy of the same memory. */
public class Utf8Benchmark extends Comparison {
  @Param({"ascii", "german", "russian", "arabic", "japanese", "emoji", "json"})
  private String text = "ascii";

  @Param({"1024", "65536"})
  private int size;

  @Param({"heap", "direct"})
  private String memory = "heap";

  /** How the text arrives: whole, or in pieces that are cut anywhere. */
  @Param({"0", "1000"})
  private int piece;

  private static final String RUSSIAN =
      "\u0421\u044a\u0435\u0448\u044c \u0436\u0435 \u0435\u0449\u0451 \u0431\u0443\u043b\u043e\u043a. ";
  private static final String ARABIC =
      "\u0647\u0630\u0627 \u0646\u0635 \u0639\u0631\u0628\u064a \u0642\u0635\u064a\u0631. ";
  private static final String EMOJI = "\uD83D\uDE00\uD83D\uDE03\uD83C\uDF0D ";
  private static final String JSON = "{\"name\": \"Zo\u00eb\", \"id\": 12345678}, ";

  private final Utf8Validator validator = new Utf8Validator();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);

  /** Makes the buffers. */
  @Setup
  public void make() {
    String phrase =
        switch (text) {
          case "german" -> "Gr\u00fc\u00dfe aus M\u00fcnchen, die Stra\u00dfe ist lang. ";
          case "russian" -> RUSSIAN;
          case "arabic" -> ARABIC;
          case "emoji" -> EMOJI;
          case "json" -> JSON + RUSSIAN + EMOJI;
          case "japanese" -> "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002";
          default -> "The quick brown fox jumps over the lazy dog. ";
        };
    byte[] filled = new byte[size];
    Arrays.fill(filled, (byte) ' ');
    byte[] once = phrase.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at + once.length <= size; at += once.length) {
      System.arraycopy(once, 0, filled, at, once.length);
    }
    bytes = Payloads.in(memory, filled);
    target = ByteBuffer.allocateDirect(size);
  }

  @Override
  long least() {
    return target.clear().put(bytes.rewind()).limit();
  }

  @Override
  long ours() {
    validator.reset();
    boolean valid = true;
    int step = piece == 0 ? size : piece;
    for (int at = 0; at < size; at += step) {
      valid &= validator.validate(bytes, at, Math.min(size, at + step));
    }
    if (!valid || !validator.complete()) {
      throw new IllegalStateException("not valid");
    }
    return 1;
  }

  @Override
  int times() {
    return (4 << 20) / (size + 256);
  }
}
