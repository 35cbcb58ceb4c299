// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Makes the connections of one thread, which share memory for encrypted bytes. */
public final class Wires {
  /** How much is read at once. */
  public static final int IN_BYTES = 128 << 10;

  /** All that follows from one read fits, with what encryption adds. */
  private static final int OUT_BYTES = 2 * IN_BYTES;

  private final @Nullable TlsSetup tls;
  private final boolean direct;
  private final Deque<ByteBuffer> ins = new ArrayDeque<>();
  private final Deque<ByteBuffer> outs = new ArrayDeque<>();

  /**
   * Prepares.
   *
   * @param tls how to encrypt, or null not to
   */
  public Wires(@Nullable TlsSetup tls) {
    this.tls = tls;
    direct = tls == null || tls.likesDirectMemory();
  }

  /** Returns whether direct memory is the best to read into and to write from. */
  public boolean isDirect() {
    return direct;
  }

  /** Makes a client's connection on which nothing was said yet. */
  public Wire client(SocketChannel channel, int port) throws IOException {
    return tls == null ? new Plain(channel) : new TlsWire(channel, tls.clientSession(port), this);
  }

  /** Makes a server's connection on which nothing was said yet. */
  public Wire server(SocketChannel channel) throws IOException {
    return tls == null ? new Plain(channel) : new TlsWire(channel, tls.serverSession(), this);
  }

  ByteBuffer takeIn() {
    return take(ins, IN_BYTES);
  }

  ByteBuffer takeOut() {
    return take(outs, OUT_BYTES);
  }

  void giveBackIn(ByteBuffer buffer) {
    ins.push(buffer.clear());
  }

  void giveBackOut(ByteBuffer buffer) {
    outs.push(buffer.clear());
  }

  private ByteBuffer take(Deque<ByteBuffer> from, int bytes) {
    ByteBuffer free = from.poll();
    if (free != null) {
      return free;
    }
    return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }

  /** A socket and nothing else. */
  private record Plain(SocketChannel channel) implements Wire {
    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return channel.write(source);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
