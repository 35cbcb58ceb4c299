// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A layer over other streams. The kit gets at what goes on below: it cuts the stream below into
 * single bytes, ends it, changes bytes in it and looks for what must not be there.
 */
public interface LayerSubject extends TckSubject {
  /**
   * Makes a fresh connection for the layer to stand on, over a transport that keeps the contract.
   *
   * @throws Exception if that fails, which fails the check
   */
  StreamPair openBelow() throws Exception;

  /**
   * Puts the layer on both ends of a connection and returns when its handshake, if it has one, is
   * complete.
   *
   * @param below both ends; owned by the layer from now on
   * @throws Exception if the handshake fails
   */
  StreamPair wrap(StreamPair below) throws Exception;

  /** Starts the layer's handshake on one end. */
  @FunctionalInterface
  interface Wrapping {
    /**
     * Does what {@link io.plywire.spi.LayerProvider#asyncWrap} does, and returns at once.
     *
     * @param next the stream below; owned by the layer from now on, and closed if this fails
     * @param role which side this is
     * @param handler gets the stream on top; its slot cancels the operation
     */
    void start(AsyncStream next, Role role, Handler<AsyncStream> handler);
  }

  /**
   * Returns how the layer is put on one end, for the rules S3 of handshakes. Null, the default,
   * leaves them untested.
   *
   * @param tasks where the layer shall do what takes long in a handshake, on threads that are not
   *     those of the stream; null for wherever it does that by itself. A layer that has no such
   *     work returns null if one is given
   */
  default @Nullable Wrapping wrapping(@Nullable Executor tasks) {
    return null;
  }

  /**
   * Returns whether the layer protects what it carries: marks its end, notices changes, and hides
   * the content. The rules S2 are for such layers.
   */
  boolean secured();

  /**
   * Tells how the bytes below are divided, so that a check can cut between two records and within
   * one. The default is that of TLS: a head of five bytes whose last two are the length.
   *
   * @param bytes what has gone through the layer below, one direction
   * @param from where a record begins
   * @return where the next one begins, or a negative number if this one is not complete
   */
  default int endOfRecord(byte[] bytes, int from) {
    if (from + 5 > bytes.length) {
      return -1;
    }
    int end = from + 5 + (((bytes[from + 3] & 0xff) << 8) | (bytes[from + 4] & 0xff));
    return end <= bytes.length ? end : -1;
  }

  @Override
  default StreamPair open() throws Exception {
    return wrap(openBelow());
  }
}
