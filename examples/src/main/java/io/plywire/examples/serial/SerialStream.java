// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.serial;

import io.plywire.spi.CompletionStream;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A stream over a line that knows blocking reads and writes only, which threads make. */
final class SerialStream extends CompletionStream {
  private final Socket line;
  private final ReadableByteChannel in;
  private final WritableByteChannel out;

  SerialStream(Socket line, StreamExecutor executor) throws IOException {
    super(executor);
    this.line = line;
    in = Channels.newChannel(line.getInputStream());
    out = Channels.newChannel(line.getOutputStream());
  }

  private interface Transfer {
    int move() throws IOException;
  }

  private static void begin(Transfer transfer, Completion completion) {
    SerialTransport.THREADS.execute(
        () -> {
          int moved;
          try {
            moved = transfer.move();
          } catch (IOException e) {
            completion.failed(e); // the line is broken, or was closed on this side
            return;
          }
          completion.completed(moved);
        });
  }

  @Override
  protected void beginRead(ByteBuffer target, Completion completion) {
    begin(() -> in.read(target), completion);
  }

  @Override
  protected void beginWrite(ByteBuffer source, Completion completion) {
    begin(() -> out.write(source), completion);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    line.shutdownOutput();
  }

  @Override
  protected void closeNow() throws IOException {
    line.close(); // which wakes the threads
  }

  @Override
  public String toString() {
    return "serial line " + line;
  }
}
