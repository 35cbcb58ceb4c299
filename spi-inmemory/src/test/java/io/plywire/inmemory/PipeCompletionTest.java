// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A1 to A5 and N9: where and when handlers run. */
class PipeCompletionTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryPipe pipe = InMemoryPipe.create(executor);
  private final InMemoryStream client = pipe.client();

  @Test
  void handlerIsPostedWithoutAnImmediateExecutor() {
    Result write = new Result();
    executor.execute(
        () -> {
          client.asyncWriteSome(Bytes.of("a"), write);
          write.assertPending();
        });
    executor.runOne();
    write.assertPending();
    executor.runUntilIdle();
    write.assertMoved(1);
  }

  @Test
  void handlerWithInlineImmediateExecutorRunsInsideTheCall() {
    Result write = new Result(InlineExecutor.instance());
    executor.execute(
        () -> {
          client.asyncWriteSome(Bytes.of("a"), write);
          write.assertMoved(1);
        });
    executor.runOne();
    assertThat(client.outstanding()).isEmpty();
  }

  @Test
  void immediateExecutorIsAskedToRunAnImmediateCompletion() {
    Queue<Runnable> queue = new ArrayDeque<>();
    Result write = new Result(queue::add);
    executor.execute(() -> client.asyncWriteSome(Bytes.of("a"), write));
    executor.runUntilIdle();
    assertThat(queue).hasSize(1);
    assertThat(client.outstanding()).containsExactly(IoKind.WRITE);
    queue.remove().run();
    write.assertMoved(1);
  }

  @Test
  void immediateExecutorHasNoPartInALateCompletion() {
    Result read =
        new Result(
            task -> {
              throw new AssertionError("not immediate");
            });
    pipe.server().asyncReadSome(ByteBuffer.allocate(1), read);
    client.asyncWriteSome(Bytes.of("a"), new Result());
    executor.runUntilIdle();
    read.assertMoved(1);
  }

  @Test
  void alwaysPostingNeverUsesTheImmediateExecutor() {
    client.faults().postAlways(true);
    Result write = new Result(InlineExecutor.instance());
    executor.execute(
        () -> {
          client.asyncWriteSome(Bytes.of("a"), write);
          write.assertPending();
        });
    executor.runUntilIdle();
    write.assertMoved(1);
  }

  @Test
  void handlerRunsOnItsOwnExecutor() {
    ManualExecutor other = new ManualExecutor();
    Result write = new Result();
    client.asyncWriteSome(Bytes.of("a"), IoHandler.bindExecutor(other, write));
    executor.runUntilIdle();
    write.assertPending();
    other.runUntilIdle();
    write.assertMoved(1);
  }

  @Test
  void handlerThatRunsAnywhereStillDoesNotRunInsideTheCall() {
    Result write = new Result();
    Result read = new Result();
    executor.execute(
        () -> {
          client.asyncReadSome(
              ByteBuffer.allocate(1), IoHandler.bindExecutor(InlineExecutor.instance(), read));
          client.asyncWriteSome(
              Bytes.of("a"), IoHandler.bindExecutor(InlineExecutor.instance(), write));
          write.assertPending();
          client.close();
        });
    executor.runOne();
    read.assertPending();
    write.assertPending();
    executor.runUntilIdle();
    write.assertMoved(1);
    read.assertFailed(StreamError.ABORTED);
  }

  @Test
  void handlersRunOnTheExecutorOfTheStream() {
    ManualExecutor serverExecutor = new ManualExecutor();
    InMemoryPipe pair = InMemoryPipe.create(executor, serverExecutor);
    List<StreamExecutor> where = new ArrayList<>();
    ByteBuffer target = ByteBuffer.allocate(1);
    pair.server()
        .asyncReadSome(target, (error, bytes) -> where.add(current(executor, serverExecutor)));
    serverExecutor.runUntilIdle();
    pair.client()
        .asyncWriteSome(
            Bytes.of("a"), (error, bytes) -> where.add(current(executor, serverExecutor)));
    executor.runUntilIdle();
    assertThat(where).containsExactly(executor);
    assertThat(target.position()).isZero();
    serverExecutor.runUntilIdle();
    assertThat(where).containsExactly(executor, serverExecutor);
  }

  private static @Nullable StreamExecutor current(StreamExecutor... executors) {
    for (StreamExecutor executor : executors) {
      if (executor.isCurrent()) {
        return executor;
      }
    }
    return null;
  }

  @Test
  void completionOfThePeerNeverRunsInsideMyCall() {
    Result read = new Result(InlineExecutor.instance());
    pipe.server().asyncReadSome(ByteBuffer.allocate(1), read);
    executor.runUntilIdle();
    executor.execute(
        () -> {
          client.asyncWriteSome(Bytes.of("a"), new Result(InlineExecutor.instance()));
          read.assertPending();
        });
    executor.runUntilIdle();
    read.assertMoved(1);
  }

  @Test
  void handlerThatThrowsEndsItsStreamAndNothingElse() {
    client.asyncWriteSome(
        Bytes.of("a"),
        (error, bytes) -> {
          throw new IllegalStateException("handler");
        });
    executor.runUntilIdle();
    assertThat(client.isOpen()).isFalse();
    Result read = new Result();
    pipe.server().asyncReadSome(ByteBuffer.allocate(9), read);
    executor.runUntilIdle();
    read.assertMoved(1);
  }

  @Test
  void millionPostedCompletionsDoNotGrowTheStack() throws Exception {
    onSmallStack(
        () -> {
          AtomicLong left = new AtomicLong(1_000_000);
          ByteBuffer byteOut = ByteBuffer.allocate(1);
          ByteBuffer[] out = {byteOut};
          ByteBuffer in = ByteBuffer.allocate(1);
          IoHandler[] handlers = new IoHandler[2];
          handlers[0] =
              (error, bytes) -> {
                byteOut.clear();
                client.asyncWriteSome(out, handlers[1]);
              };
          handlers[1] =
              (error, bytes) -> {
                if (left.decrementAndGet() > 0) {
                  pipe.server().asyncReadSome(in.clear(), handlers[0]);
                }
              };
          client.asyncWriteSome(out, handlers[1]);
          executor.runUntilIdle(3_000_000);
          assertThat(left.get()).isZero();
        });
  }

  @Test
  void millionImmediateCompletionsDoNotGrowTheStackOfALoop() throws Exception {
    onSmallStack(
        () -> {
          Echo echo = new Echo(client, pipe.server(), 1_000_000);
          executor.execute(echo::run);
          executor.runUntilIdle(10);
          assertThat(echo.left).isZero();
        });
  }

  /** A composed operation that loops instead of recurring, as the library does it. */
  private static final class Echo implements IoHandler {
    private final InMemoryStream from;
    private final InMemoryStream to;
    private final ByteBuffer out = ByteBuffer.allocate(1);
    private final ByteBuffer[] sources = {out};
    private final ByteBuffer in = ByteBuffer.allocate(1);
    private boolean answered;
    long left;

    Echo(InMemoryStream from, InMemoryStream to, long times) {
      this.from = from;
      this.to = to;
      this.left = times;
    }

    @Override
    public Executor immediateExecutor() {
      return InlineExecutor.instance();
    }

    void run() {
      do {
        answered = false;
        if (left % 2 == 0) {
          from.asyncWriteSome(clear(), this);
        } else {
          to.asyncReadSome(in.clear(), this);
        }
      } while (answered && left > 0);
    }

    private ByteBuffer[] clear() {
      out.clear();
      return sources;
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      assertThat(bytes).isEqualTo(1);
      answered = true;
      left--;
    }
  }

  private static void onSmallStack(Runnable task) throws Exception {
    Throwable[] failure = new Throwable[1];
    Thread thread = new Thread(null, task, "small stack", 256 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
    thread.start();
    thread.join(60_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(failure[0]).isNull();
  }
}
