// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation that is made of others, one after the other: connect, then wrap, then shake hands.
 * The first stage that fails ends it. So does whatever is thrown between two stages, and then, as
 * on any failure, what was opened so far is closed again.
 *
 * {@snippet :
 * protected void start() {
 *   limit(timeout); // over all stages
 *   transport.asyncConnect(proxy, options, stage(this::connected));
 * }
 *
 * private void connected(AsyncStream stream) {
 *   layer.asyncWrap(stream, Role.CLIENT, endpoint, options, stage(this::succeed));
 * }
 * }
 *
 * <p>A request to cancel is passed on to the stage that is under way. If that succeeds all the
 * same, the operation ends before the next one. A stage that takes too long is cancelled at the
 * deadline, and what it opens later is closed.
 *
 * @param <T> the type of the result
 */
public abstract class StagedOperation<T> extends OneShotOperation<T> {
  private final CancellationSignal signal = new CancellationSignal(); // of one stage at a time
  private volatile @Nullable CancellationType requested;
  private @Nullable Closeable opened;

  /**
   * Makes one.
   *
   * @param executor where the operation runs, between its stages
   * @param handler gets the result
   */
  protected StagedOperation(StreamExecutor executor, Handler<? super T> handler) {
    super(executor, handler);
  }

  /**
   * Begins the first stage on the calling thread, so that it can refuse misuse: what {@link #start}
   * throws is thrown from here, and the operation has never been.
   */
  @Override
  public final void initiate() {
    initiateHere();
    passRequestOn();
  }

  /**
   * Makes the handler of a stage. The operation goes on with the result of the stage, on its own
   * executor. A result that can be closed is {@linkplain #closeOnFailure owned} from then on.
   *
   * @param <V> the type of the stage's result
   * @param next begins the next stage, or ends the operation with {@link #succeed}
   */
  protected final <V> Handler<V> stage(Consumer<? super V> next) {
    return new Stage<>(next, this::fail);
  }

  /**
   * Makes the handler of a stage whose failure is not that of the operation, unless the operation
   * was asked to end.
   *
   * @param <V> the type of the stage's result
   * @param next begins the next stage, or ends the operation with {@link #succeed}
   * @param otherwise goes on in another way, or ends the operation with {@link #fail}
   */
  protected final <V> Handler<V> stage(
      Consumer<? super V> next, Consumer<? super IOException> otherwise) {
    return new Stage<>(next, Objects.requireNonNull(otherwise, "otherwise"));
  }

  /**
   * Has something closed if the operation fails, in place of what was to be closed before. Layers
   * own what is below them, so the topmost one is enough.
   *
   * @param what what was opened
   */
  protected final void closeOnFailure(Closeable what) {
    opened = what;
  }

  /** Ends the stage that is under way, and closes what was opened, if the operation has failed. */
  @Override
  protected void ended(@Nullable IOException error) {
    Closeable open = opened;
    opened = null;
    if (error != null) {
      signal.emit(CancellationType.TERMINAL);
      closeQuietly(open);
    }
  }

  @Override
  final void requested(CancellationType type) {
    if (honours(type)) {
      requested = type;
      passRequestOn();
    }
  }

  /** Repeated after each beginning, since a request may have come when no stage could take it. */
  private void passRequestOn() {
    CancellationType type = requested;
    if (type != null) {
      signal.emit(type);
    }
    if (type != null || isOver()) {
      signal.emit(CancellationType.TERMINAL); // which every stage honours
    }
  }

  private final class Stage<V> implements Handler<V> {
    private final Consumer<? super V> next;
    private final Consumer<? super IOException> otherwise;

    Stage(Consumer<? super V> next, Consumer<? super IOException> otherwise) {
      this.next = Objects.requireNonNull(next, "next");
      this.otherwise = otherwise;
    }

    @Override
    public StreamExecutor executor() {
      return streamExecutor();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable V value) {
      if (isOver()) {
        closeQuietly(value); // nobody waits for it any more
        return;
      }
      CancellationType type = requested;
      if (error != null && type != null) {
        fail(error);
        return;
      }
      if (value instanceof Closeable closeable) {
        closeOnFailure(closeable);
      }
      if (type != null) {
        fail(cancelled(type));
        return;
      }
      try {
        if (error != null) {
          otherwise.accept(error);
        } else {
          next.accept(Objects.requireNonNull(value, "a stage has neither a result nor an error"));
        }
      } catch (RuntimeException | Error e) {
        breakOff(e);
      }
      passRequestOn();
    }
  }
}
