// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Operations composed of the single reads and writes of any {@link AsyncStream}. Each makes one
 * object for itself and none for the steps between.
 */
public final class AsyncStreams {
  private AsyncStreams() {}

  /**
   * Writes all bytes of the buffers.
   *
   * @param stream where to; no other write may be started until completion
   * @param sources what to write, in this order
   * @param handler gets the number of bytes accepted, which is less than the sum if there is an
   *     error. A cancellation is passed on to the write that is under way; between two of them any
   *     type ends the operation
   * @throws WritePendingException if a write is outstanding
   */
  public static void writeAll(AsyncStream stream, ByteBuffer[] sources, IoHandler handler) {
    new TransferAll(stream, handler) {
      @Override
      boolean isComplete() {
        for (ByteBuffer source : sources) {
          if (source.hasRemaining()) {
            return false;
          }
        }
        return true;
      }

      @Override
      void next() {
        stream.asyncWriteSome(sources, this);
      }
    }.start();
  }

  /**
   * Writes all bytes of the buffers, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param stream where to
   * @param sources what to write, in this order
   * @param token the style
   * @throws X as the style demands
   */
  public static <R, X extends Exception> R writeAll(
      AsyncStream stream, ByteBuffer[] sources, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(stream.executor(), h -> writeAll(stream, sources, h)));
  }

  /**
   * Reads until the buffer is full.
   *
   * @param stream where from; no other read may be started until completion
   * @param target where the bytes go
   * @param handler gets the number of bytes read, which is less than the room there was if there is
   *     an error, {@link StreamError#EOF} for one. A cancellation is passed on to the read that is
   *     under way; between two of them any type ends the operation
   * @throws ReadPendingException if a read is outstanding
   */
  public static void readFully(AsyncStream stream, ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(target, "target");
    new TransferAll(stream, handler) {
      @Override
      boolean isComplete() {
        return !target.hasRemaining();
      }

      @Override
      void next() {
        stream.asyncReadSome(target, this);
      }
    }.start();
  }

  /**
   * Reads until the buffer is full, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param stream where from
   * @param target where the bytes go
   * @param token the style
   * @throws X as the style demands
   */
  public static <R, X extends Exception> R readFully(
      AsyncStream stream, ByteBuffer target, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(stream.executor(), h -> readFully(stream, target, h)));
  }
}
