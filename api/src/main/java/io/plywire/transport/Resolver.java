// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import io.plywire.stream.Handler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Finds the addresses of hosts. An implementation may be asked by many threads at once, and for the
 * same host, too.
 */
@FunctionalInterface
public interface Resolver {
  /**
   * Looks up a host. Must not block.
   *
   * @param host a name in ASCII, or an address with a zone; never an address of numbers alone
   * @param handler called once, on any thread, also within the call, whatever executor it is
   *     associated with; gets the addresses, best first, or an error: {@link
   *     java.net.UnknownHostException} or what else has happened. Its cancellation slot says when
   *     nobody wants to know any more; then it may be called with any error, or not at all
   */
  void asyncResolve(String host, Handler<List<InetAddress>> handler);

  /**
   * Returns the resolver of the system: {@link InetAddress#getAllByName}, on threads of its own,
   * eight at most, that end when nothing is asked. A question that is taken back while it waits for
   * a thread is not asked. The JDK keeps answers as {@link java.security.Security} has it: {@code
   * networkaddress.cache.ttl}, 30 seconds unless set.
   */
  static Resolver system() {
    return SystemResolver.INSTANCE;
  }

  /**
   * Returns a resolver that asks this one, keeps what it hears, and asks once for all who want to
   * know the same at the same time. It keeps a thousand hosts; when they are more, those who were
   * not asked for longest are forgotten.
   *
   * @param time how long to keep addresses
   * @param failures how long to keep that there are none; zero for not at all
   */
  default Resolver cached(Duration time, Duration failures) {
    return new CachingResolver(this, time, failures, System::nanoTime);
  }
}
