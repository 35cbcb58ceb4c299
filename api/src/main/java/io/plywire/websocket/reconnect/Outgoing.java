// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.IoHandler;
import io.plywire.websocket.MessageKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A message on its way through an {@link Outbox}, whose lock guards what changes. */
final class Outgoing implements CancellationSlot.Cancellable {
  final MessageKind kind;
  final IoHandler handler;
  final CancellationSlot slot; // asked for once, as a stranger may have made it
  final int size;
  final long expires; // on the executor's clock; of no meaning without a time to live
  private final ByteBuffer payload;
  private final Outbox outbox;

  boolean waiting;
  boolean begun; // some of it may have left on an earlier connection

  Outgoing(Outbox outbox, MessageKind kind, ByteBuffer payload, long expires, IoHandler handler) {
    this.outbox = outbox;
    this.kind = kind;
    this.payload = payload;
    this.size = payload.remaining();
    this.expires = expires;
    this.handler = handler;
    this.slot = handler.cancellationSlot();
  }

  /** Returns the payload from its beginning, for one write of it. */
  ByteBuffer view() {
    return payload.duplicate();
  }

  /** Moves the position of the caller's buffer as a write would have. */
  void consumed() {
    payload.position(payload.limit());
  }

  /** Makes what is told if this is not sent, or not again. */
  DeliveryException undelivered(ErrorCondition condition, String why, @Nullable Throwable cause) {
    return begun
        ? new DeliveryException(
            Delivery.UNKNOWN,
            condition,
            "the message may have been sent, as the connection ended while it was written: " + why,
            cause)
        : new DeliveryException(
            Delivery.NOT_SENT, condition, "the message was not sent: " + why, cause);
  }

  @Override
  public void cancel(long id, CancellationType type) {
    outbox.cancel(this);
  }
}
