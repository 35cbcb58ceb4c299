// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A prepared message of 1 KiB JSON sent to 10,000 server connections that have agreed on
 * compression, beside the same to 10,000 that have not: what does a compressed broadcast cost? The
 * next layer of all is nothing, so that what it saves there does not count. One operation is one
 * broadcast, of a message that is prepared anew.
 */
public class BroadcastBenchmark extends Comparison {
  private static final int CONNECTIONS = 10_000;
  private static final int TEXTS = 64;

  /** Whether the windows last from one message to the next. */
  @Param({"false", "true"})
  public boolean takeover;

  private final Turns turns = new Turns();
  private final Turns.Count count = new Turns.Count();
  private final WebSocketStream[] plain = new WebSocketStream[CONNECTIONS];
  private final WebSocketStream[] compressing = new WebSocketStream[CONNECTIONS];
  private final String[] texts = new String[TEXTS];
  private int next;

  /** Makes connections and texts. */
  @Setup
  public void prepare() {
    WebSocketOptions options = WebSocketOptions.defaults();
    WebSocketOptions deflating = options.withDeflate(DeflateOptions.defaults());
    Upgraded server = Upgraded.as(Role.SERVER);
    Upgraded agreed = server.withDeflate(new DeflateParameters(15, 15, takeover, takeover));
    for (int i = 0; i < CONNECTIONS; i++) {
      plain[i] = new WebSocketStream(new Nothing(turns), options, server);
      compressing[i] = new WebSocketStream(new Nothing(turns), deflating, agreed);
    }
    Random random = new Random(7692);
    for (int i = 0; i < TEXTS; i++) {
      texts[i] = new String(Payloads.json(random), StandardCharsets.US_ASCII);
    }
  }

  @Override
  long least() {
    return broadcast(plain);
  }

  @Override
  long ours() {
    return broadcast(compressing);
  }

  private long broadcast(WebSocketStream[] receivers) {
    PreparedMessage message = PreparedMessage.text(texts[next++ % TEXTS]);
    for (WebSocketStream receiver : receivers) {
      receiver.asyncWrite(message, count);
    }
    turns.run();
    return count.bytes;
  }

  @Override
  int times() {
    return 1;
  }

  /** A next layer that swallows what is written. */
  private static final class Nothing implements AsyncStream {
    private final Turns turns;

    Nothing(Turns turns) {
      this.turns = turns;
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      long n = 0;
      for (ByteBuffer source : sources) {
        n += source.remaining();
        source.position(source.limit());
      }
      if (handler.immediateExecutor() == InlineExecutor.instance()) {
        handler.completed(null, n);
      } else {
        Completions.immediately(handler, turns, null, n);
      }
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      throw new UnsupportedOperationException("there is nothing to read");
    }

    @Override
    public void asyncWait(WaitType type, IoHandler handler) {
      throw new UnsupportedOperationException("there is nothing to read");
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
    public StreamExecutor executor() {
      return turns;
    }

    @Override
    public <T> @Nullable T layer(Class<T> type) {
      return type.isInstance(this) ? type.cast(this) : null;
    }
  }
}
