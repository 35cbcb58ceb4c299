// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import java.io.IOException;

/** A handler that remembers how it was called, can cancel its operation, and may run once only. */
public final class Recorded<T> implements Handler<T> {
  private final String name;
  private final CancellationSignal signal = new CancellationSignal();
  private int runs;
  private IOException error;
  private T result;

  public Recorded(String name) {
    this.name = name;
  }

  /** Returns this as the handler of an operation that counts bytes. */
  public static IoHandler io(Recorded<Long> recorded) {
    return new IoHandler() {
      @Override
      public void completed(IOException error, long bytes) {
        recorded.completed(error, bytes);
      }

      @Override
      public CancellationSlot cancellationSlot() {
        return recorded.cancellationSlot();
      }
    };
  }

  @Override
  public void completed(IOException failure, T value) {
    runs++;
    assertThat(runs).as("runs of the handler of %s", name).isEqualTo(1);
    error = failure;
    result = value;
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  public void cancel(CancellationType type) {
    signal.emit(type);
  }

  public boolean isDone() {
    return runs == 1;
  }

  public int runs() {
    return runs;
  }

  public IOException error() {
    assertThat(runs).as("runs of the handler of %s", name).isEqualTo(1);
    return error;
  }

  /** Returns the value, also of an operation that failed with one. */
  public T value() {
    assertThat(runs).as("runs of the handler of %s", name).isEqualTo(1);
    return result;
  }

  /** Demands success and returns the value. */
  public T result() {
    assertThat(error()).as("error of %s", name).isNull();
    return result;
  }

  public void assertPending() {
    assertThat(runs).as("runs of the handler of %s", name).isZero();
  }

  public StreamException assertFailed(StreamError code) {
    assertThat(error()).as("error of %s", name).isInstanceOf(StreamException.class);
    assertThat(((StreamException) error).error())
        .as("error of %s: %s", name, error)
        .isEqualTo(code);
    return (StreamException) error;
  }

  public WebSocketException assertFailed(WebSocketError code) {
    assertThat(error()).as("error of %s", name).isInstanceOf(WebSocketException.class);
    assertThat(((WebSocketException) error).error())
        .as("error of %s: %s", name, error)
        .isEqualTo(code);
    return (WebSocketException) error;
  }

  @Override
  public String toString() {
    return name
        + (runs == 0 ? " pending" : error != null ? " failed: " + error : " done: " + result);
  }
}
