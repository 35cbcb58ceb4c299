// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Masker;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A compressed JSON text of 1 KiB, decompressed in a window that lasts from one message to the
 * next.
 *
 * <p>The texts together are longer than the window, so after each round of them it holds the same
 * again, and what was compressed in the second round may be decompressed in every later one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class InflateBenchmark {
  private static final DeflateParameters AGREED = new DeflateParameters(15, 15, true, true);
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  @Param({"SERVER", "CLIENT"})
  private Role role = Role.SERVER;

  private final ByteBuffer[] payloads = new ByteBuffer[Texts.COUNT];
  private final ByteBuffer[] tailed = new ByteBuffer[Texts.COUNT];
  private final ByteBuffer[] frames = new ByteBuffer[Texts.COUNT];
  private final ByteBuffer target = ByteBuffer.allocate(2048);
  private final Inflater bare = new Inflater(true);
  private final MessageInflater inflater =
      new MessageInflater(DeflateEngine.jdk(), AGREED, Role.SERVER);
  private final OpenPipe.Count read = new OpenPipe.Count();
  private final OpenPipe.Count sent = new OpenPipe.Count();

  @SuppressWarnings("NullAway.Init") // set up by open()
  private OpenPipe pipe;

  private int next;

  /** Opens the connection and brings all windows to where a round begins. */
  @Setup
  public void open() throws DataFormatException {
    pipe = new OpenPipe(role, WebSocketOptions.defaults().withDeflate(DeflateOptions.defaults()));
    MessageDeflater deflater = new MessageDeflater(DeflateOptions.defaults(), AGREED, Role.SERVER);
    compress(deflater);
    for (int i = 0; i < Texts.COUNT; i++) {
      floor();
    }
    for (int i = 0; i < Texts.COUNT; i++) {
      messageInflater();
    }
    for (int i = 0; i < Texts.COUNT; i++) {
      asyncRead();
    }
    compress(deflater);
    deflater.release();
  }

  private void compress(MessageDeflater deflater) {
    byte[][] json = Texts.json();
    ByteBuffer out = ByteBuffer.allocate(4096);
    for (int i = 0; i < Texts.COUNT; i++) {
      deflater.beginFrame(out.clear());
      deflater.compress(ByteBuffer.wrap(json[i]), out);
      deflater.flush(out);
      deflater.endMessage(out, 0);
      out.flip();
      tailed[i] = ByteBuffer.allocateDirect(out.limit() + 4).put(out).put(TAIL).flip();
      payloads[i] = ByteBuffer.allocateDirect(out.limit()).put(out.rewind()).flip();
      frames[i] = frame(out.rewind());
    }
  }

  private ByteBuffer frame(ByteBuffer payload) {
    FrameHeader header = new FrameHeader();
    header.fin = true;
    header.rsv = FrameHeader.RSV1;
    header.opcode = Opcode.TEXT;
    header.masked = role == Role.SERVER;
    header.maskingKey = 0x12345678;
    header.payloadLength = payload.remaining();
    ByteBuffer frame = ByteBuffer.allocateDirect(4096);
    header.encode(frame);
    int start = frame.position();
    frame.put(payload);
    if (header.masked) {
      Masker.apply(header.maskingKey, 0, frame, start, frame.position());
    }
    return frame.flip();
  }

  /** Frees what is native. */
  @TearDown
  public void close() {
    bare.end();
    inflater.release();
    pipe.stream.abort();
  }

  private int turn() {
    return next++ % Texts.COUNT;
  }

  /** The JDK's decompressor and nothing else. */
  @Benchmark
  public int floor() throws DataFormatException {
    bare.setInput(tailed[turn()].rewind());
    return require(bare.inflate(target.clear()));
  }

  /** The decompression of messages. */
  @Benchmark
  public int messageInflater() {
    inflater.beginMessage();
    inflater.inflate(payloads[turn()].rewind(), true, target.clear(), 0);
    return require(target.position());
  }

  /** A whole message, from the other end of a pipe in memory. */
  @Benchmark
  public int asyncRead() {
    pipe.stream.asyncRead(target.clear(), read);
    pipe.send(frames[turn()].rewind(), sent);
    pipe.turns.run();
    return require(target.position());
  }

  private static int require(int bytes) {
    if (bytes != Texts.JSON_BYTES) {
      throw new IllegalStateException("inflated to " + bytes + " bytes");
    }
    return bytes;
  }
}
