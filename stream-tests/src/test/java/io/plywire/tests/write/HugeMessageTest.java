// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * More bytes in one call than an int can count. It is quick because the buffers are views of the
 * same few megabytes and the next layer counts bytes instead of moving them.
 */
class HugeMessageTest {
  private static final long TOTAL = (1L << 31) + 12_345;

  @ParameterizedTest
  @CsvSource({
    // role, fragmenting, write buffer, bytes of a buffer
    "SERVER, false, 65536, 67108864",
    "SERVER, false, 65536, 65536",
    "SERVER, true, 65536, 67108864",
    "SERVER, true, 65536, 65536",
    "SERVER, true, 8388608, 65537",
    "CLIENT, false, 65536, 67108864",
    "CLIENT, true, 1048576, 65537"
  })
  void twoGigabytesInManyBuffersAreCountedRight(
      Role role, boolean fragmenting, int writeBuffer, int bytesOfOne) {
    ManualExecutor executor = new ManualExecutor();
    Sink sink = new Sink(executor);
    WebSocketStream stream =
        new WebSocketStream(
            sink, Harness.quiet().withWriteBufferBytes(writeBuffer).withAutoFragment(fragmenting));
    open(stream, sink, role, executor);
    stream.binary(true);
    ByteBuffer memory = ByteBuffer.allocateDirect(bytesOfOne);
    ByteBuffer[] buffers = new ByteBuffer[(int) ((TOTAL + bytesOfOne - 1) / bytesOfOne)];
    long left = TOTAL;
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = memory.duplicate().limit((int) Math.min(left, bytesOfOne));
      left -= buffers[i].remaining();
    }
    sink.bytes = 0;
    sink.writes = 0;
    Recorded<Long> write = new Recorded<>("write of 2 GiB");
    stream.asyncWrite(buffers, Recorded.io(write));
    executor.runUntilIdle();

    assertThat(write.result()).isEqualTo(TOTAL);
    for (ByteBuffer buffer : buffers) {
      if (buffer.hasRemaining()) {
        throw new AssertionError(buffer + " was not sent in full");
      }
    }
    int mask = role == Role.CLIENT ? 4 : 0;
    if (fragmenting) {
      long frames = (TOTAL + writeBuffer - 1) / writeBuffer;
      assertThat(sink.writes).isEqualTo(frames);
      assertThat(sink.bytes).isBetween(TOTAL + frames * (4 + mask), TOTAL + frames * (10 + mask));
    } else {
      assertThat(sink.bytes).isEqualTo(TOTAL + 10 + mask);
      assertThat(sink.first.get(1) & 0x7F).isEqualTo(127);
      assertThat(sink.first.getLong(2)).isEqualTo(TOTAL);
    }
    stream.close();
    executor.runUntilIdle();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private static void open(WebSocketStream stream, Sink sink, Role role, ManualExecutor executor) {
    if (role == Role.SERVER) {
      Recorded<UpgradeRequest> accept = new Recorded<>("accept");
      sink.input = StandardCharsets.ISO_8859_1.encode(Harness.request());
      stream.asyncAccept(accept);
      executor.runUntilIdle();
      accept.result();
    } else {
      Recorded<UpgradeResponse> handshake = new Recorded<>("handshake");
      stream.asyncHandshake("example.com", "/", handshake);
      sink.answer = true;
      executor.runUntilIdle();
      handshake.result();
    }
  }

  /** A next layer that counts what it is given, and has one thing to say. */
  private static final class Sink implements AsyncStream {
    private final ManualExecutor executor;
    private ByteBuffer input = ByteBuffer.allocate(0);
    private boolean answer;
    private long bytes;
    private long writes;
    private final ByteBuffer first = ByteBuffer.allocate(14);
    private boolean open = true;

    Sink(ManualExecutor executor) {
      this.executor = executor;
    }

    @Override
    public StreamExecutor executor() {
      return executor;
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      int n = Math.min(target.remaining(), input.remaining());
      target.put(input.slice().limit(n));
      input.position(input.position() + n);
      Completions.immediately(handler, executor, null, n);
    }

    @Override
    public void asyncWait(WaitType type, IoHandler handler) {
      if (input.hasRemaining()) {
        Completions.immediately(handler, executor, null, 0);
      } else {
        Completions.immediately(
            handler, executor, new StreamException(StreamError.EOF, "nothing more"), 0);
      }
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (answer) {
        String request = StandardCharsets.ISO_8859_1.decode(sources[0].duplicate()).toString();
        input = StandardCharsets.ISO_8859_1.encode(RawPeer.response(request));
        answer = false;
      }
      if (bytes == 0) {
        first.clear().put(sources[0].slice().limit(Math.min(14, sources[0].remaining())));
      }
      long n = 0;
      for (ByteBuffer source : sources) {
        n += source.remaining();
        source.position(source.limit());
      }
      bytes += n;
      writes++;
      Completions.immediately(handler, executor, null, n);
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      close();
      Completions.immediately(handler, executor, null, 0);
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public <T> T layer(Class<T> type) {
      return type.isInstance(this) ? type.cast(this) : null;
    }
  }
}
