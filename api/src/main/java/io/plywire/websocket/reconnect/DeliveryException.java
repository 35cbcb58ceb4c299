// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a message was not sent, or is not known to have been. The {@linkplain #condition() condition}
 * says what is behind it: {@link ErrorCondition#LIMIT_EXCEEDED} a full outbox, {@link
 * ErrorCondition#TIMEOUT} its time to live, {@link ErrorCondition#ABORTED} a cancellation, {@link
 * ErrorCondition#CLOSED} the end of the {@link Reconnector}, {@link ErrorCondition#CONNECTION_LOST}
 * that of the connection, {@link ErrorCondition#USER_CODE} a message that cannot be sent.
 */
public final class DeliveryException extends OperationException {
  private static final long serialVersionUID = 1L;

  private final Delivery delivery;
  private final ErrorCondition condition;

  /**
   * Makes one.
   *
   * @param delivery not {@link Delivery#SENT}
   * @param condition what is behind it
   * @param message what happened
   * @param cause the failure below this one, or null
   */
  public DeliveryException(
      Delivery delivery, ErrorCondition condition, String message, @Nullable Throwable cause) {
    super(message, cause);
    if (delivery == Delivery.SENT) {
      throw new IllegalArgumentException("what was sent is no failure");
    }
    this.delivery = Objects.requireNonNull(delivery, "delivery");
    this.condition = Objects.requireNonNull(condition, "condition");
  }

  /** Returns {@link Delivery#NOT_SENT} or {@link Delivery#UNKNOWN}. */
  public Delivery delivery() {
    return delivery;
  }

  /** Returns the condition: there is no finer code. */
  @Override
  public ErrorCondition error() {
    return condition;
  }

  @Override
  public ErrorCondition condition() {
    return condition;
  }

  @Override
  public DeliveryException thrownHere() {
    DeliveryException copy =
        new DeliveryException(delivery, condition, String.valueOf(getMessage()), this);
    copy.traceHere(1);
    return copy;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the verdict stands beside the message
  public String toString() {
    return "DeliveryException[" + delivery + "]: " + getMessage();
  }
}
