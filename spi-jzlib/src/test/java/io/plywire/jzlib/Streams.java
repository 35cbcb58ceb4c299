// SPDX-License-Identifier: Apache-2.0
package io.plywire.jzlib;

import com.jcraft.jzlib.JZlib;
import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;

/** Bytes to compress, and ways to do so and back. */
final class Streams {
  private static final byte[] FLUSHED = {0, 0, (byte) 0xFF, (byte) 0xFF};

  /** Kinds of content. */
  enum Kind {
    ZEROS {
      @Override
      byte[] bytes(Random random, int size) {
        return new byte[size];
      }
    },
    RANDOM {
      @Override
      byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
      }
    },
    TEXT {
      @Override
      byte[] bytes(Random random, int size) {
        String[] words = {
          "window", "\"id\":", "block", " of ", "{", "},\n", "gr\u00fc\u00dfe", "3.14"
        };
        StringBuilder text = new StringBuilder(size + 10);
        while (text.length() < size) {
          text.append(words[random.nextInt(words.length)]).append(random.nextInt(50));
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.UTF_8), size);
      }
    };

    abstract byte[] bytes(Random random, int size);
  }

  /**
   * Returns noise, of which pieces come again at any distance up to a maximum, which is what a
   * compressor makes the longest codes of.
   */
  static byte[] repeats(Random random, int size, int maxDistance, int minLength) {
    byte[] bytes = Kind.RANDOM.bytes(random, size);
    for (int at = maxDistance; at < size; ) {
      int length = Math.min(size - at, minLength + random.nextInt(259 - minLength));
      int distance = 1 + maxDistance / 2 + random.nextInt(maxDistance / 2);
      for (int i = 0; i < length; i++) {
        bytes[at + i] = bytes[at + i - distance];
      }
      at += length;
    }
    return bytes;
  }

  /** Compresses a message through a target of the given size, and demands what a flush promises. */
  static byte[] compress(Compressor compressor, byte[] message, int room) {
    ByteBuffer source = ByteBuffer.wrap(message);
    ByteBuffer target = ByteBuffer.allocate(room);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean done;
    do {
      done = compressor.compress(source, target, true);
      if (!done && target.hasRemaining()) {
        throw new AssertionError("not done, with room for " + target.remaining());
      }
      out.write(target.array(), 0, target.position());
      target.clear();
    } while (!done);
    byte[] compressed = out.toByteArray();
    if (message.length == 0 && compressed.length == 0) {
      return compressed; // nothing new since the last flush
    }
    int tail = compressed.length - FLUSHED.length;
    if (source.hasRemaining()
        || tail < 0
        || !Arrays.equals(compressed, tail, compressed.length, FLUSHED, 0, FLUSHED.length)) {
      throw new AssertionError(
          source.remaining()
              + " bytes left, and the flush ends with "
              + Arrays.toString(
                  Arrays.copyOfRange(compressed, Math.max(0, tail), compressed.length)));
    }
    return compressed;
  }

  /** Decompresses up to a size. */
  static byte[] decompress(Decompressor decompressor, byte[] compressed, int size)
      throws DataFormatException {
    ByteBuffer target = ByteBuffer.allocate(size + 1);
    decompressor.decompress(ByteBuffer.wrap(compressed), target);
    return Arrays.copyOf(target.array(), target.position());
  }

  /** A decompressor with a window of exactly the given size, which the JDK does not have. */
  static final class ExactInflater {
    private final com.jcraft.jzlib.Inflater inflater;

    ExactInflater(int windowBits) throws Exception {
      inflater = new com.jcraft.jzlib.Inflater(windowBits, JZlib.W_NONE);
    }

    byte[] inflate(byte[] compressed, int size) {
      if (compressed.length == 0) {
        return compressed; // which it takes for an error
      }
      byte[] out = new byte[size + 1];
      inflater.setInput(compressed);
      inflater.setOutput(out);
      int status = inflater.inflate(JZlib.Z_SYNC_FLUSH);
      if (status != JZlib.Z_OK) {
        throw new AssertionError("status " + status + ": " + inflater.getMessage());
      }
      return Arrays.copyOf(out, inflater.getNextOutIndex());
    }
  }

  private Streams() {}
}
