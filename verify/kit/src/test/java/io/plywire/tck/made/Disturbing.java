// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.made;

import io.plywire.spi.Acceptor;
import io.plywire.tck.broken.BentProvider;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A provider whose instances do not know that there are others. */
public final class Disturbing extends BentProvider {
  private static final List<Acceptor> ACCEPTORS = new ArrayList<>();
  private static Disturbing owner;

  /** For discovery. */
  public Disturbing() {}

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    synchronized (ACCEPTORS) {
      if (owner != this) {
        ACCEPTORS.forEach(Acceptor::close);
        ACCEPTORS.clear();
        owner = this;
      }
      ACCEPTORS.removeIf(acceptor -> !acceptor.isOpen());
      Acceptor acceptor = super.listen(local, options);
      ACCEPTORS.add(acceptor);
      return acceptor;
    }
  }
}
