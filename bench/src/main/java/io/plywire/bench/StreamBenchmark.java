// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.stream.Role;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whole messages over a pipe in memory, in binary, beside a bare write to the pipe and a bare read
 * from it. The server's messages are not masked, the client's are.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class StreamBenchmark {
  @Param({"SERVER", "CLIENT"})
  private Role role = Role.SERVER;

  @Param({"16", "1024", "65536"})
  private int size;

  private final OpenPipe.Count written = new OpenPipe.Count();
  private final OpenPipe.Count read = new OpenPipe.Count();
  private final ByteBuffer[] one = new ByteBuffer[1];
  private ByteBuffer payload = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);
  private ByteBuffer frame = ByteBuffer.allocate(0);

  @SuppressWarnings("NullAway.Init") // set up by open()
  private OpenPipe bare;

  @SuppressWarnings("NullAway.Init") // set up by open()
  private OpenPipe writing;

  @SuppressWarnings("NullAway.Init") // set up by open()
  private OpenPipe reading;

  /** Opens the connections. */
  @Setup
  public void open() {
    payload = ByteBuffer.wrap(Texts.noise(size));
    target = ByteBuffer.allocate(size);
    bare = new OpenPipe(role, WebSocketOptions.defaults());
    bare.drain();
    writing = new OpenPipe(role, WebSocketOptions.defaults());
    writing.drain();
    reading = new OpenPipe(role, WebSocketOptions.defaults());
    FrameHeader header = new FrameHeader();
    header.fin = true;
    header.opcode = Opcode.BINARY;
    header.masked = role == Role.SERVER;
    header.payloadLength = size;
    frame = ByteBuffer.allocateDirect(size + FrameHeader.MAX_HEADER_BYTES);
    header.maskingKey = 0x12345678; // what comes out of the noise does not matter
    header.encode(frame);
    frame.put(payload.rewind()).flip();
  }

  /** Bytes through the pipe. */
  @Benchmark
  public long floor() {
    one[0] = payload.rewind();
    bare.end().asyncWriteSome(one, written);
    bare.turns.run();
    return written.bytes;
  }

  /** A message to a peer that reads bytes. */
  @Benchmark
  public long asyncWriteSome() {
    writing.stream.asyncWrite(MessageKind.BINARY, payload.rewind(), written);
    writing.turns.run();
    return written.bytes;
  }

  /** A message from a peer that writes bytes, into memory of its size. */
  @Benchmark
  public long asyncRead() {
    reading.stream.asyncRead(target.clear(), read);
    reading.send(frame.rewind(), written);
    reading.turns.run();
    if (target.hasRemaining()) {
      throw new IllegalStateException(target.remaining() + " bytes were not read");
    }
    return read.bytes;
  }
}
