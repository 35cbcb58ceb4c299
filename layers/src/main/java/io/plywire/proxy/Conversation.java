// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a client and a proxy say to each other until the tunnel is there. No I/O: it tells what is
 * to be sent, and where to put what comes. It never asks for a byte that may not belong to the
 * answer, so what the server says first stays where it is.
 */
abstract class Conversation {
  enum Next {
    /** Send {@link #outgoing}, or some of it, and ask again. */
    SEND,
    /** Receive into {@link #room}, at least a byte, and ask again. */
    RECEIVE,
    /** The tunnel is there. */
    DONE
  }

  private static final int USUAL_BYTES = 256;

  private final String target;
  private ByteBuffer outgoing = ByteBuffer.allocate(0);
  private ByteBuffer received = ByteBuffer.allocate(0);
  private long before; // bytes received that are done with

  /**
   * Begins.
   *
   * @param target where to connect to, for messages
   */
  Conversation(String target) {
    this.target = target;
  }

  /** Looks at what has come, once everything is sent. */
  abstract Next look() throws Refusal;

  /**
   * Words the end of the connection, if that says something in this protocol.
   *
   * @param error what the stream reports
   */
  @Nullable Refusal lost(IOException error) {
    return null;
  }

  /** Tells what comes next, given that something of what came last was done. */
  final Next next() throws Refusal {
    return outgoing.hasRemaining() ? Next.SEND : look();
  }

  final ByteBuffer outgoing() {
    return outgoing;
  }

  final ByteBuffer room() {
    return received;
  }

  final String target() {
    return target;
  }

  /** Returns how many bytes have come in all. */
  final long receivedInAll() {
    return before + received.position();
  }

  // ---- for the protocols

  /** Sends something; what was received before is done with. */
  final Next send(byte[] bytes) {
    outgoing = ByteBuffer.wrap(bytes);
    forget();
    return Next.SEND;
  }

  /** Receives more, behind what is there. */
  final Next receive(int missing) {
    int wanted = size() + missing;
    if (wanted > received.capacity()) {
      int size = size();
      byte[] longer = Arrays.copyOf(received.array(), Math.max(USUAL_BYTES, 2 * wanted));
      received = ByteBuffer.wrap(longer).position(size);
    }
    received.limit(wanted);
    return Next.RECEIVE;
  }

  /** Returns the bytes received, of which there are {@link #size}. */
  final byte[] bytes() {
    return received.array();
  }

  final int at(int index) {
    return received.get(index) & 0xff;
  }

  final int size() {
    return received.position();
  }

  /** Is done with what has been received. */
  final void forget() {
    before += size();
    received.position(0);
  }
}
