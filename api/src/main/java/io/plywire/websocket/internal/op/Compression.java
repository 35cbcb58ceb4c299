// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has that has agreed on permessage-deflate. Where a window lasts from one
 * message to the next, it keeps what compresses or decompresses from the first message on; where
 * not, it borrows that for the time of a message, and has nothing in between.
 */
final class Compression {
  /** The same for all connections that agreed on the same. */
  private static final AtomicReferenceArray<@Nullable DeflateParameters> AGREEMENTS =
      new AtomicReferenceArray<>(1 << 8);

  final DeflateParameters agreed;
  private final Connection c;
  private @Nullable DeflatePool pool; // once it was needed
  private @Nullable MessageDeflater deflater;
  private @Nullable CompressedPayload incoming;

  Compression(Connection c, DeflateParameters agreed) {
    this.agreed = shared(agreed);
    this.c = c;
  }

  /** Returns what this side was told; not a field of every connection. */
  private DeflateOptions options() {
    return Objects.requireNonNull(c.options.deflate());
  }

  private static DeflateParameters shared(DeflateParameters agreed) {
    int index =
        (agreed.serverWindowBits() - DeflateEngine.MIN_WINDOW_BITS) << 5
            | (agreed.clientWindowBits() - DeflateEngine.MIN_WINDOW_BITS) << 2
            | (agreed.serverContextTakeover() ? 2 : 0)
            | (agreed.clientContextTakeover() ? 1 : 0);
    DeflateParameters known = AGREEMENTS.get(index);
    if (known == null) {
      AGREEMENTS.set(index, agreed);
      return agreed;
    }
    return known;
  }

  private DeflatePool pool() {
    DeflatePool known = pool;
    if (known == null) {
      known = DeflatePool.of(c.executor);
      known.join();
      pool = known;
    }
    return known;
  }

  // ---- messages of this side

  /**
   * Tells whether a whole message is worth it.
   *
   * @param standsAlone whether it is compressed without what came before it, as it is anyway where
   *     windows do not last
   */
  boolean isWorth(long bytes, boolean standsAlone) {
    int threshold = options().threshold();
    if (threshold < 0) {
      boolean alone = standsAlone || !agreed.contextTakeover(c.role());
      threshold = alone ? DeflateOptions.STANDALONE_THRESHOLD : 0;
    }
    return bytes >= threshold;
  }

  /** Returns the largest window this side compresses with, as a power of two. */
  int windowBits() {
    return agreed.windowBits(c.role());
  }

  /** Returns what compresses the message that is being written. */
  MessageDeflater deflater() {
    MessageDeflater known = deflater;
    if (known == null) {
      known =
          agreed.contextTakeover(c.role())
              ? new MessageDeflater(options(), windowBits())
              : pool().deflater(options(), windowBits());
      deflater = known;
    }
    return known;
  }

  /** The message is compressed to its end. */
  void messageCompressed() {
    MessageDeflater done = deflater;
    if (done != null && !agreed.contextTakeover(c.role())) {
      deflater = null;
      pool().giveBack(done, c.executor);
    }
  }

  /**
   * Returns the form of a prepared message in which it is to be sent. If that is compressed, it
   * passes through the peer's window and not through ours, so what comes next refers to nothing
   * before it.
   */
  PreparedFrame formOf(PreparedFrame prepared) {
    PreparedFrame form = prepared.compressedForms().get(this);
    if (form.isCompressed() && deflater != null) {
      deflater.startAfresh();
    }
    return form;
  }

  /** Makes the compressed form of a prepared message; returns it as it is if that is shorter. */
  PreparedFrame compress(PreparedFrame prepared) {
    MessageDeflater borrowed = pool().deflater(options(), windowBits());
    PreparedFrame form;
    try {
      form = prepared.compress(borrowed, c.executor.buffers());
    } catch (RuntimeException | Error e) {
      pool().lost();
      IdleStack.free(borrowed);
      throw e;
    }
    pool().giveBack(borrowed, c.executor);
    return form;
  }

  // ---- messages of the peer

  /** Returns what decompresses the message that is being read. */
  CompressedPayload incoming() {
    CompressedPayload known = incoming;
    if (known == null) {
      int bits = agreed.windowBits(c.peer());
      known =
          agreed.contextTakeover(c.peer())
              ? new CompressedPayload(new MessageInflater(options().engine(), bits, true))
              : pool().inflater(options(), bits);
      incoming = known;
    }
    return known;
  }

  /** The message was read, or skipped, to its end. */
  void messageRead() {
    CompressedPayload done = incoming;
    if (done != null && !agreed.contextTakeover(c.peer())) {
      incoming = null;
      pool().giveBack(done, c.executor);
    }
  }

  // ---- the end

  /** Frees what the engine holds; the connection has ended. */
  void release() {
    MessageDeflater lastDeflater = deflater;
    CompressedPayload lastIncoming = incoming;
    deflater = null;
    incoming = null;
    if (lastDeflater != null) { // in the middle of a message, or broken: it is lent to nobody
      IdleStack.free(lastDeflater);
    }
    if (lastIncoming != null) {
      IdleStack.free(lastIncoming);
    }
    DeflatePool left = pool;
    if (left != null) {
      pool = null;
      if (lastDeflater != null && !agreed.contextTakeover(c.role())) {
        left.lost();
      }
      if (lastIncoming != null && !agreed.contextTakeover(c.peer())) {
        left.lost();
      }
      left.leave();
    }
  }
}
