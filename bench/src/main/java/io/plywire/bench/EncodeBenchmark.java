// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Masker;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.internal.Generator;
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
 * A binary frame from a payload on the heap, as it is handed to a socket. The floor is a copy of
 * the payload into direct memory.
 *
 * <p>What the others do not do here is left for later: Netty does not copy a payload of more than 1
 * KiB that it need not mask, and Tyrus encodes into an array on the heap.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class EncodeBenchmark {
  private static final int KEY = 0x12345678;

  @Param({"false", "true"})
  private boolean masked;

  @Param({"16", "1024", "65536"})
  private int size;

  private final FrameHeader header = new FrameHeader();
  private final Generator generator = new Generator();
  private ByteBuffer payload = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);
  private ByteBuf nettyPayload = Unpooled.EMPTY_BUFFER;
  private Frame jettyFrame = new Frame(OpCode.BINARY);

  @SuppressWarnings("NullAway.Init") // set up by make()
  private NettyCodec netty;

  @SuppressWarnings("NullAway.Init") // set up by make()
  private TyrusCodec tyrus;

  /** Makes the encoders. */
  @Setup
  public void make() {
    byte[] bytes = Texts.noise(size);
    payload = ByteBuffer.wrap(bytes);
    target = ByteBuffer.allocateDirect(size + Generator.MAX_HEADER_LENGTH);
    header.fin = true;
    header.opcode = Opcode.BINARY;
    header.masked = masked;
    header.maskingKey = KEY;
    netty = new NettyCodec(masked);
    nettyPayload = Unpooled.wrappedBuffer(bytes);
    if (masked) {
      jettyFrame.setMask(new byte[] {0x12, 0x34, 0x56, 0x78});
    }
    tyrus = new TyrusCodec(masked);
    requireSameFrames();
  }

  private void requireSameFrames() {
    ByteBuffer expected = plywire().flip().duplicate();
    byte[] frame = new byte[expected.remaining()];
    expected.get(frame);
    for (ByteBuffer other :
        new ByteBuffer[] {jetty(), tyrus(), netty.encoded(nettyFrame()).nioBuffer()}) {
      if (!other.equals(ByteBuffer.wrap(frame))) {
        throw new IllegalStateException("an encoder makes another frame: " + other);
      }
    }
  }

  /** Frees what is pooled. */
  @TearDown
  public void close() {
    netty.close();
  }

  /** Copies the payload. */
  @Benchmark
  public ByteBuffer floor() {
    return target.clear().put(payload.rewind());
  }

  /** Ours. */
  @Benchmark
  public ByteBuffer plywire() {
    header.payloadLength = size;
    header.encode(target.clear());
    payload.rewind();
    if (masked) {
      Masker.copy(KEY, 0, payload, target, size);
    } else {
      target.put(payload);
    }
    return target;
  }

  /** Netty's. */
  @Benchmark
  public int netty() {
    return netty.encode(nettyFrame());
  }

  private BinaryWebSocketFrame nettyFrame() {
    return new BinaryWebSocketFrame(nettyPayload.retainedDuplicate());
  }

  /** Jetty's. */
  @Benchmark
  public ByteBuffer jetty() {
    jettyFrame.setPayload(payload.rewind());
    generator.generateWholeFrame(jettyFrame, target.clear().limit(0)); // which is empty to Jetty
    return target;
  }

  /** Tyrus'. */
  @Benchmark
  public ByteBuffer tyrus() {
    return tyrus.encode(payload.array());
  }
}
