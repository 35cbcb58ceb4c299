// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A next layer that is nothing but the engine of the peer: after the handshake it swallows what is
 * written, and seals data straight into the memory of whoever reads.
 */
final class EnginePeer implements AsyncStream {
  private final Turns turns;
  private final SSLEngine engine;
  private final ByteBuffer inbox = ByteBuffer.allocate(TlsSides.WIRE_BYTES);
  private final ByteBuffer outbox = ByteBuffer.allocate(TlsSides.WIRE_BYTES);
  private @Nullable ByteBuffer data; // to seal, again and again; null during the handshake

  EnginePeer(Turns turns, SSLEngine engine) throws SSLException {
    this.turns = turns;
    this.engine = engine;
    engine.beginHandshake();
  }

  /** Ends the handshake: from now on there is always data to read. */
  void established(ByteBuffer sealed) {
    data = sealed;
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    long n = 0;
    for (ByteBuffer source : sources) {
      n += source.remaining();
      if (data == null) {
        inbox.put(source);
      } else {
        source.position(source.limit());
      }
    }
    if (data == null) {
      try {
        TlsSides.step(engine, inbox, outbox);
      } catch (SSLException e) {
        throw new IllegalStateException(e);
      }
    }
    end(handler, n);
  }

  /** Costs nothing that would count as the layer's. */
  private void end(IoHandler handler, long n) {
    if (handler.immediateExecutor() == InlineExecutor.instance()) {
      handler.completed(null, n);
    } else {
      Completions.immediately(handler, turns, null, n);
    }
  }

  @Override
  public void asyncReadSome(ByteBuffer into, IoHandler handler) {
    end(handler, move(into));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    end(handler, 0);
  }

  private int move(ByteBuffer into) {
    int before = into.position();
    ByteBuffer from = data;
    if (outbox.position() > 0) {
      outbox.flip();
      int n = Math.min(outbox.remaining(), into.remaining());
      into.put(outbox.slice().limit(n));
      outbox.position(outbox.position() + n).compact();
    } else if (from == null) {
      throw new IllegalStateException("the client asks for more than the server has said");
    } else {
      try {
        engine.wrap(from.hasRemaining() ? from : from.rewind(), into);
      } catch (SSLException e) {
        throw new IllegalStateException(e);
      }
    }
    return into.position() - before;
  }

  @Override
  public StreamExecutor executor() {
    return turns;
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    throw new UnsupportedOperationException("nobody tears down in a benchmark");
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }
}
