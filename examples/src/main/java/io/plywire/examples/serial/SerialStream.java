// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.serial;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stream over a line that knows blocking reads and writes only. Users get the near end of a pipe
 * in memory, which keeps the contract; two threads carry bytes between its far end and the line.
 */
final class SerialStream extends ForwardingStream {
  private static final int CHUNK_BYTES = 8192;

  private final Socket line;
  private final InMemoryStream far;
  private final AtomicInteger pumps = new AtomicInteger(2);

  SerialStream(Socket line, StreamExecutor executor) {
    this(line, InMemoryPipe.builder(executor).name("serial line " + line).build());
  }

  private SerialStream(Socket line, InMemoryPipe pipe) {
    super(pipe.client()); // the near end
    this.line = line;
    far = pipe.server();
    SerialTransport.THREADS.execute(() -> run(this::pumpIn));
    SerialTransport.THREADS.execute(() -> run(this::pumpOut));
  }

  private interface Pump {
    void carry(byte[] chunk) throws IOException;
  }

  private void run(Pump pump) {
    try {
      pump.carry(new byte[CHUNK_BYTES]);
    } catch (IOException e) {
      far.reset(); // the line is broken, or was closed on this side
    }
    if (pumps.decrementAndGet() == 0 || !isOpen()) { // such as by a handler that has thrown
      SerialTransport.close(line);
    }
  }

  private void pumpIn(byte[] chunk) throws IOException {
    for (int n; (n = line.getInputStream().read(chunk)) >= 0; ) {
      ByteBuffer[] sources = {ByteBuffer.wrap(chunk, 0, n)};
      AsyncStreams.writeAll(far, sources, useBlocking());
    }
    far.shutdownOutput();
  }

  private void pumpOut(byte[] chunk) throws IOException {
    try {
      while (true) {
        int n = (int) (long) far.asyncReadSome(ByteBuffer.wrap(chunk), useBlocking());
        line.getOutputStream().write(chunk, 0, n);
      }
    } catch (StreamException e) {
      if (e.error() != StreamError.EOF) {
        throw e;
      }
      if (isOpen()) { // else the line is about to be closed
        line.shutdownOutput();
      }
    }
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    super.asyncTeardown(
        role,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              if (error != null) {
                SerialTransport.close(line); // else the pumps do that, once all has been sent
              }
              handler.completed(error, bytes);
            }));
  }

  @Override
  public void close() {
    boolean wasOpen = isOpen();
    super.close();
    if (wasOpen) {
      SerialTransport.close(line);
    }
  }
}
