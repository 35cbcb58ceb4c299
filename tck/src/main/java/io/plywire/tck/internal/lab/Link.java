// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

/** A connection under test. */
public record Link(Side client, Side server) implements AutoCloseable {
  /** Sends bytes from one side to the other, both working at the same time. */
  public void carry(Side from, Side to, int bytes) {
    Outcome<Void> sent = from.pump(bytes);
    to.receive(bytes);
    sent.success();
  }

  /** Shows that both directions still work. */
  public void converse() {
    carry(client, server, 100);
    carry(server, client, 100);
  }

  public Side peerOf(Side side) {
    return side == client ? server : client;
  }

  /** Lets both sides do what they have to do. */
  public void settle() {
    client.settle();
    server.settle();
    client.settle();
  }

  /** The check, or a round of it, is over. */
  void dismiss() {
    client.dismiss();
    server.dismiss();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
