// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Sends random bytes in random pieces from one stream to another, and compares checksums. */
final class Transfer {
  private final AsyncStream from;
  private final AsyncStream to;
  private final long total;
  private final Random writing;
  private final Random reading;

  private final CRC32C sent = new CRC32C();
  private final CRC32C received = new CRC32C();
  private final CountDownLatch done = new CountDownLatch(2);
  private final ByteBuffer[] sources = {
    ByteBuffer.allocate(900), ByteBuffer.allocateDirect(5_000), ByteBuffer.allocate(100)
  };
  private final ByteBuffer target = ByteBuffer.allocate(4_000);
  private long sentBytes;
  private long receivedBytes;
  private volatile @Nullable Throwable failure;

  Transfer(AsyncStream from, AsyncStream to, long total, Random random) {
    this.from = from;
    this.to = to;
    this.total = total;
    this.writing = new Random(random.nextLong());
    this.reading = new Random(random.nextLong());
    for (ByteBuffer source : sources) {
      source.limit(0);
    }
  }

  void start() {
    write();
    read();
  }

  void awaitComplete() throws InterruptedException {
    assertThat(done.await(60, TimeUnit.SECONDS)).as("finished in time").isTrue();
    assertComplete();
  }

  void assertComplete() {
    assertThat(failure).isNull();
    assertThat(done.getCount()).isZero();
    assertThat(sentBytes).isEqualTo(total);
    assertThat(receivedBytes).isEqualTo(total);
    assertThat(received.getValue()).isEqualTo(sent.getValue());
  }

  private void write() {
    if (!hasRemaining()) {
      for (ByteBuffer source : sources) {
        refill(source);
      }
    }
    from.asyncWriteSome(sources, this::written);
  }

  private boolean hasRemaining() {
    boolean remaining = false;
    for (ByteBuffer source : sources) {
      remaining |= source.hasRemaining();
    }
    return remaining;
  }

  private void refill(ByteBuffer source) {
    source.clear();
    int bytes = (int) Math.min(writing.nextInt(source.capacity() + 1), total - sentBytes);
    byte[] content = new byte[bytes];
    writing.nextBytes(content);
    source.put(content).flip();
    sent.update(content);
    sentBytes += bytes;
  }

  private void written(@Nullable IOException error, long bytes) {
    if (error != null) {
      fail(error);
    } else if (hasRemaining() || sentBytes < total) {
      write();
    } else {
      done.countDown();
    }
  }

  private void read() {
    target.clear().limit(1 + reading.nextInt(target.capacity()));
    to.asyncReadSome(target, this::got);
  }

  private void got(@Nullable IOException error, long bytes) {
    receivedBytes += bytes;
    received.update(target.flip());
    if (error != null) {
      fail(error);
    } else if (receivedBytes < total) {
      read();
    } else {
      done.countDown();
    }
  }

  private void fail(IOException error) {
    failure = error;
    while (done.getCount() > 0) {
      done.countDown();
    }
  }

  /** Returns whether the failure is of a kind. */
  boolean failedWith(StreamError error) {
    return failure instanceof StreamException stream && stream.error() == error;
  }
}
