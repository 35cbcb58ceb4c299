// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.wire;

import io.plywire.stream.AsyncStream;
import io.plywire.transport.PeerAddress;
import io.plywire.websocket.observe.Redaction;
import io.plywire.websocket.observe.WireFrame;
import io.plywire.websocket.observe.WireTap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of what passes. Each begins with whom the connection is with and its number, for all
 * connections of a client may be with the same server.
 */
final class WireLines implements WireTap.Observer {
  /** How much of a head is shown, in characters; what follows it is counted. */
  static final int MAX_HEAD = 8 << 10;

  private static final AtomicLong CONNECTIONS = new AtomicLong();

  private final String name;
  private final Consumer<String> to;

  WireLines(AsyncStream of, Consumer<String> to) {
    PeerAddress known = of.layer(PeerAddress.class);
    String peer = known == null ? "" : text(known.remoteAddress());
    this.name = (peer.isEmpty() ? of : peer) + "#" + CONNECTIONS.incrementAndGet();
    this.to = to;
  }

  private static String text(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress internet) {
      InetAddress host = internet.getAddress();
      String figures = host == null ? internet.getHostString() : host.getHostAddress();
      return (figures.indexOf(':') < 0 ? figures : "[" + figures + "]") + ":" + internet.getPort();
    }
    return address == null ? "" : address.toString();
  }

  private void line(boolean sent, String what) {
    to.accept(name + (sent ? " > " : " < ") + what);
  }

  /** Says what has no direction. */
  void note(String what) {
    to.accept(name + " - " + what);
  }

  @Override
  public void head(boolean sent, String text) {
    String shown = text.length() <= MAX_HEAD ? text : text.substring(0, MAX_HEAD);
    Redaction.ofHead(shown).forEach(line -> line(sent, line));
    if (shown.length() < text.length()) {
      line(sent, "... and " + (text.length() - shown.length()) + " bytes of this head");
    }
  }

  @Override
  public void incompleteHead(boolean sent, String text) {
    head(sent, text);
    line(sent, "incomplete: the head above");
  }

  @Override
  public void frame(boolean sent, WireFrame frame) {
    line(sent, frame.toString());
  }

  @Override
  public void incompleteFrame(boolean sent, String description) {
    line(sent, "incomplete: " + description);
  }
}
