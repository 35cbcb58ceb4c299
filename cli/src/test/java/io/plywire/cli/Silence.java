// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.io.InputStream;

/** An input that stays open and says nothing, so that only the other side ends a conversation. */
final class Silence extends InputStream {
  @Override
  public synchronized int read() {
    try {
      wait(); // for ever; the thread is a daemon
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return -1;
  }

  @Override
  public int read(byte[] b, int off, int len) {
    return read();
  }
}
