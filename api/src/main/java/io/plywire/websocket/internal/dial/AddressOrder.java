// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.dial;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** In which order addresses are tried (RFC 8305 section 4). */
final class AddressOrder {
  private AddressOrder() {}

  /**
   * Takes the families in turn, each in the order found.
   *
   * @param found what the resolver has found, best first
   * @param preferIpv6 which family begins; null for that of the first one
   * @param lastGood comes before all others, if it is among them; may be null
   */
  static List<InetAddress> of(
      List<InetAddress> found, @Nullable Boolean preferIpv6, @Nullable InetAddress lastGood) {
    Deque<InetAddress> six = new ArrayDeque<>();
    Deque<InetAddress> four = new ArrayDeque<>();
    List<InetAddress> ordered = new ArrayList<>();
    for (InetAddress address : found) {
      if (address.equals(lastGood)) {
        ordered.add(address);
      } else {
        (address instanceof Inet6Address ? six : four).add(address);
      }
    }
    boolean sixNext = preferIpv6 != null ? preferIpv6 : found.get(0) instanceof Inet6Address;
    while (!six.isEmpty() || !four.isEmpty()) {
      boolean fromSix = four.isEmpty() || (sixNext && !six.isEmpty());
      ordered.add((fromSix ? six : four).remove());
      sixNext = !fromSix;
    }
    return ordered.stream().distinct().toList();
  }
}
