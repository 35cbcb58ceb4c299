// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where the server is.
 *
 * @param plain its port without TLS
 * @param secure its port with TLS
 * @param messageMax the longest message that it takes, in bytes
 */
record Target(int plain, int secure, int messageMax) {
  static final String HOST = "127.0.0.1";

  static Target parse(String text, int messageMax) {
    String[] words = text.split(" ", -1);
    return new Target(Integer.parseInt(words[0]), Integer.parseInt(words[1]), messageMax);
  }

  InetSocketAddress address(boolean withTls) throws UnknownHostException {
    return new InetSocketAddress(
        InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), withTls ? secure : plain);
  }

  String uri(boolean withTls) {
    return withTls ? "wss://" + HOST + ":" + secure + "/" : "ws://" + HOST + ":" + plain + "/";
  }

  /** Returns an address of this machine that attackers come from, none of which is ordinary. */
  static InetSocketAddress from(int number) throws UnknownHostException {
    byte[] host = {127, 66, (byte) (number / 200), (byte) (1 + number % 200)};
    return new InetSocketAddress(InetAddress.getByAddress(host), 0);
  }

  /** Who it is does not matter here. */
  static TlsContext trusting() {
    return TlsContext.of(TlsConfig.insecureClient());
  }
}
