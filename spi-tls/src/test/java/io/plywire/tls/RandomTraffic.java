// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Sends random bytes one way, in buffers of random number, kind and size, and reads them into
 * buffers of random kind and size, sometimes after a wait; compares checksums.
 */
final class RandomTraffic {
  private static final int MOST = 50_000;

  private final AsyncStream from;
  private final AsyncStream to;
  private final int total;
  private final Random writing;
  private final Random reading;
  private final CRC32C sent = new CRC32C();
  private final CRC32C received = new CRC32C();
  private final ByteBuffer heap = ByteBuffer.allocate(MOST);
  private final ByteBuffer direct = ByteBuffer.allocateDirect(MOST);
  private ByteBuffer[] sources = {};
  private ByteBuffer target = heap;
  private int sentBytes;
  private int receivedBytes;
  private @Nullable IOException failure;

  RandomTraffic(AsyncStream from, AsyncStream to, int total, long seed) {
    this.from = from;
    this.to = to;
    this.total = total;
    this.writing = new Random(seed);
    this.reading = new Random(seed * 31);
  }

  void start() {
    write();
    read();
  }

  void assertComplete() {
    assertThat(failure).isNull();
    assertThat(sentBytes).isEqualTo(total);
    assertThat(receivedBytes).isEqualTo(total);
    assertThat(received.getValue()).isEqualTo(sent.getValue());
  }

  /** Half of the completions want to run within the call. */
  private static IoHandler sometimesInline(Random random, IoHandler handler) {
    boolean inline = random.nextBoolean();
    return new IoHandler() {
      @Override
      public @Nullable Executor immediateExecutor() {
        return inline ? InlineExecutor.instance() : null;
      }

      @Override
      public void completed(@Nullable IOException error, long bytes) {
        handler.completed(error, bytes);
      }
    };
  }

  private void write() {
    if (remaining(sources) == 0) {
      if (sentBytes == total) {
        return;
      }
      sources = new ByteBuffer[1 + writing.nextInt(4)];
      for (int i = 0; i < sources.length; i++) {
        int most = writing.nextInt(5) == 0 ? MOST : 300;
        byte[] content = new byte[Math.min(writing.nextInt(most), total - sentBytes)];
        writing.nextBytes(content);
        sent.update(content);
        sentBytes += content.length;
        sources[i] =
            writing.nextBoolean()
                ? ByteBuffer.wrap(content).asReadOnlyBuffer()
                : ByteBuffer.allocateDirect(content.length).put(content).flip();
      }
    }
    long before = remaining(sources);
    from.asyncWriteSome(
        sources,
        sometimesInline(
            writing,
            (error, bytes) -> {
              if (error != null) {
                failure = error;
              } else if (before - remaining(sources) != bytes || (bytes == 0 && before > 0)) {
                failure = new IOException(bytes + " bytes are not what the positions say");
              } else {
                write();
              }
            }));
  }

  private static long remaining(ByteBuffer[] buffers) {
    long n = 0;
    for (ByteBuffer buffer : buffers) {
      n += buffer.remaining();
    }
    return n;
  }

  private void read() {
    if (receivedBytes == total) {
      return;
    }
    if (reading.nextInt(4) == 0) {
      to.asyncWait(WaitType.READ, sometimesInline(reading, (error, bytes) -> readSome()));
    } else {
      readSome();
    }
  }

  private void readSome() {
    target = reading.nextBoolean() ? heap : direct;
    int most = reading.nextBoolean() ? MOST : 100;
    target.clear().limit(1 + reading.nextInt(most));
    to.asyncReadSome(
        target,
        sometimesInline(
            reading,
            (error, bytes) -> {
              if (error != null) {
                failure = error;
                return;
              }
              receivedBytes += (int) bytes;
              received.update(target.flip());
              read();
            }));
  }
}
