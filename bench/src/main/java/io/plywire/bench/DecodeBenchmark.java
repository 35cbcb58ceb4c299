// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.plywire.stream.Role;
import io.plywire.websocket.internal.protocol.FrameDecoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Masker;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.internal.Parser;
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
 * A binary frame in direct memory, as it came from a socket, to its payload. The floor is a copy of
 * the payload to the heap.
 *
 * <p>What the others give out differs: Jetty a part of the received memory, unmasked in place;
 * Netty a copy in pooled memory; Tyrus a new array.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class DecodeBenchmark {
  private static final int KEY = 0x12345678;

  @Param({"false", "true"})
  private boolean masked;

  @Param({"16", "1024", "65536"})
  private int size;

  private final FrameHeader header = new FrameHeader();
  private final Parser parser = new Parser(ByteBufferPool.NON_POOLING);
  private FrameDecoder decoder = new FrameDecoder(Role.CLIENT);
  private ByteBuffer frame = ByteBuffer.allocate(0);
  private ByteBuffer payload = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);
  private ByteBuf nettyFrame = Unpooled.EMPTY_BUFFER;

  @SuppressWarnings("NullAway.Init") // set up by make()
  private NettyCodec netty;

  @SuppressWarnings("NullAway.Init") // set up by make()
  private TyrusCodec tyrus;

  /** Makes the decoders. */
  @Setup
  public void make() {
    payload = Texts.direct(Texts.noise(size));
    target = ByteBuffer.allocate(size);
    FrameHeader sent = new FrameHeader();
    sent.fin = true;
    sent.opcode = Opcode.BINARY;
    sent.masked = masked;
    sent.maskingKey = KEY;
    sent.payloadLength = size;
    frame = ByteBuffer.allocateDirect(size + FrameHeader.MAX_HEADER_BYTES);
    sent.encode(frame);
    int start = frame.position();
    frame.put(payload.rewind());
    if (masked) {
      Masker.apply(KEY, 0, frame, start, frame.position());
    }
    frame.flip();
    decoder = new FrameDecoder(masked ? Role.SERVER : Role.CLIENT);
    netty = new NettyCodec(masked);
    nettyFrame = Unpooled.wrappedBuffer(frame);
    tyrus = new TyrusCodec(!masked);
    requireSamePayloads();
  }

  private void requireSamePayloads() {
    ByteBuffer[] payloads = {
      plywire().duplicate().flip(),
      ByteBuffer.wrap(tyrus().getPayloadData()),
      netty.decoded(nettyFrame.readerIndex(0)).nioBuffer(),
      jetty().getPayload()
    };
    for (ByteBuffer other : payloads) {
      if (!other.equals(payload.rewind())) {
        throw new IllegalStateException("a decoder gives out something else: " + other);
      }
    }
    jetty(); // masks it again, in place
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
    if (decoder.decode(frame.rewind(), header) != FrameDecoder.HEADER) {
      throw new IllegalStateException(String.valueOf(decoder.violation()));
    }
    target.clear();
    if (header.masked) {
      Masker.copy(header.maskingKey, 0, frame, target, (int) header.payloadLength);
    } else {
      target.put(frame);
    }
    return target;
  }

  /** Netty's. */
  @Benchmark
  public int netty() {
    return netty.decode(nettyFrame.readerIndex(0));
  }

  /** Jetty's. */
  @Benchmark
  public Frame jetty() {
    Frame.Parsed parsed = parser.parse(frame.rewind());
    parsed.demask();
    return parsed;
  }

  /** Tyrus'. */
  @Benchmark
  public org.glassfish.tyrus.core.frame.Frame tyrus() {
    return tyrus.decode(frame.rewind());
  }
}
