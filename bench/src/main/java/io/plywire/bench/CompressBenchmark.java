// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.stream.Role;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A JSON text of 1 KiB, compressed in a window that lasts from one message to the next. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class CompressBenchmark {
  @Param({"SERVER", "CLIENT"})
  private Role role = Role.SERVER;

  private final ByteBuffer[] texts = new ByteBuffer[Texts.COUNT];
  private final ByteBuffer target = ByteBuffer.allocateDirect(4096);
  private final Deflater bare = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final MessageDeflater deflater =
      new MessageDeflater(
          DeflateOptions.defaults(), new DeflateParameters(15, 15, true, true), Role.SERVER);
  private final OpenPipe.Count written = new OpenPipe.Count();

  @SuppressWarnings("NullAway.Init") // set up by open()
  private OpenPipe pipe;

  private int next;

  /** Opens the connection. */
  @Setup
  public void open() {
    byte[][] json = Texts.json();
    for (int i = 0; i < texts.length; i++) {
      texts[i] = ByteBuffer.wrap(json[i]);
    }
    pipe = new OpenPipe(role, WebSocketOptions.defaults().withDeflate(DeflateOptions.defaults()));
    pipe.drain();
  }

  /** Frees what is native. */
  @TearDown
  public void close() {
    bare.end();
    deflater.release();
    pipe.stream.abort();
  }

  private ByteBuffer text() {
    return texts[next++ % Texts.COUNT].clear();
  }

  /** The JDK's compressor and nothing else. */
  @Benchmark
  public int floor() {
    bare.setInput(text());
    return bare.deflate(target.clear(), Deflater.SYNC_FLUSH);
  }

  /** The compression of messages. */
  @Benchmark
  public int messageDeflater() {
    target.clear();
    deflater.beginFrame(target);
    deflater.compress(text(), target);
    deflater.flush(target);
    deflater.endMessage(target, 0);
    return target.position();
  }

  /** A whole message, to the other end of a pipe in memory. */
  @Benchmark
  public long asyncWrite() {
    pipe.stream.asyncWrite(MessageKind.TEXT, text(), written);
    pipe.turns.run();
    return written.bytes;
  }
}
