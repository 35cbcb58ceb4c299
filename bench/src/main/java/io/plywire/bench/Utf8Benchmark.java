// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.websocket.internal.protocol.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Validation of UTF-8 beside a copy of the same memory. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class Utf8Benchmark {
  @Param({"ascii", "german", "japanese"})
  private String text = "ascii";

  @Param({"1024", "65536"})
  private int size;

  @Param({"heap", "direct"})
  private String memory = "heap";

  private final Utf8Validator validator = new Utf8Validator();
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);
  private CharBuffer chars = CharBuffer.allocate(0);

  /** Makes the buffers. */
  @Setup
  public void make() {
    String phrase =
        switch (text) {
          case "german" -> "Gr\u00fc\u00dfe aus M\u00fcnchen, die Stra\u00dfe ist lang. ";
          case "japanese" -> "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002";
          default -> "The quick brown fox jumps over the lazy dog. ";
        };
    byte[] filled = new byte[size];
    Arrays.fill(filled, (byte) ' ');
    byte[] once = phrase.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at + once.length <= size; at += once.length) {
      System.arraycopy(once, 0, filled, at, once.length);
    }
    bytes = memory.equals("direct") ? Texts.direct(filled) : ByteBuffer.wrap(filled);
    target = ByteBuffer.allocateDirect(size);
    chars = CharBuffer.allocate(size);
  }

  /** Copies. */
  @Benchmark
  public ByteBuffer floor() {
    return target.clear().put(bytes.rewind());
  }

  /** Validates. */
  @Benchmark
  public boolean validate() {
    validator.reset();
    if (!validator.validate(bytes, 0, size) || !validator.complete()) {
      throw new IllegalStateException("not valid");
    }
    return true;
  }

  /** Decodes with the JDK's decoder, which validates on its way. */
  @Benchmark
  public CharBuffer jdkDecoder() {
    decoder.reset();
    decoder.decode(bytes.rewind(), chars.clear(), true);
    return chars;
  }

  /** Copies and validates by turns, for the ratio. */
  @Benchmark
  public long sideBySide(SideBySide sides) throws Exception {
    int times = (4 << 20) / (size + 256);
    return sides.compare(times, () -> 0, () -> floor().limit(), () -> validate() ? 1 : 0);
  }
}
