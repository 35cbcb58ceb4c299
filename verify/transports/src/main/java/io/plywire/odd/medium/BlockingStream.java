// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.CompletionStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/** Streams of {@code java.io}, whose calls block threads. */
class BlockingStream extends CompletionStream {
  private final String name;
  private final InputStream in;
  private final OutputStream out;
  private final Executor readers;
  private final Executor writers;
  private final Closeable outputEnd;
  private final Closeable end;

  /** The last two end this side, and everything, also calls that are under way. */
  BlockingStream(
      String name,
      InputStream in,
      OutputStream out,
      Executor readers,
      Executor writers,
      Closeable outputEnd,
      Closeable end) {
    super(Threads.executor());
    this.name = name;
    this.in = in;
    this.out = out;
    this.readers = readers;
    this.writers = writers;
    this.outputEnd = outputEnd;
    this.end = end;
  }

  @Override
  protected void beginRead(ByteBuffer target, Completion completion) {
    byte[] room = new byte[target.remaining()];
    readers.execute(
        () -> {
          try {
            int n = in.read(room);
            if (n > 0) {
              target.put(room, 0, n);
            }
            completion.completed(n);
          } catch (IOException e) {
            completion.failed(e);
          }
        });
  }

  @Override
  protected void beginWrite(ByteBuffer source, Completion completion) {
    byte[] content = new byte[source.remaining()];
    source.get(content);
    writers.execute(
        () -> {
          try {
            out.write(content);
            out.flush();
            completion.completed(content.length);
          } catch (IOException e) {
            completion.failed(e);
          }
        });
  }

  @Override
  protected void shutdownOutput() throws IOException {
    outputEnd.close();
  }

  @Override
  protected void closeNow() throws IOException {
    end.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
