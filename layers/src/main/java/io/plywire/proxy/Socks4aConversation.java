// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.plywire.layers.internal.FirstBytes;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** SOCKS4, with the extension 4a for names. */
final class Socks4aConversation extends Conversation {
  private static final int VERSION = 4;
  private static final int CONNECT = 1;
  private static final int REPLY_BYTES = 8; // two of them, a port and an address of no meaning
  private static final int GRANTED = 90;

  /** No address of a host begins so: the name stands at the end. */
  private static final byte[] NAME_FOLLOWS = {0, 0, 0, 1};

  private final Target to;
  private final @Nullable ProxyCredentials credentials;
  private boolean asked;

  /**
   * Begins.
   *
   * @throws IllegalArgumentException if the name is too long to be sent
   */
  Socks4aConversation(Target to, @Nullable ProxyCredentials credentials) {
    super(to.toString());
    if (to.host().length() > Socks5Conversation.MAX_TEXT) {
      throw new IllegalArgumentException(
          "the host name has "
              + to.host().length()
              + " bytes; "
              + Socks5Conversation.MAX_TEXT
              + " are sent at most");
    }
    this.to = to;
    this.credentials = credentials;
  }

  @Override
  Next look() throws Refusal {
    if (!asked) {
      asked = true;
      return send(request());
    }
    if (size() > 0 && at(0) != 0) {
      throw new Refusal(
          ProxyError.BAD_ANSWER,
          "the answer is none of SOCKS4: " + FirstBytes.text(bytes(), size()));
    }
    if (size() > 1 && at(1) != GRANTED) {
      throw refused(at(1));
    }
    return size() < REPLY_BYTES ? receive(REPLY_BYTES - size()) : Next.DONE;
  }

  private byte[] request() {
    byte[] address = to.address();
    boolean named = address == null || address.length != NAME_FOLLOWS.length;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(VERSION);
    bytes.write(CONNECT);
    bytes.write(to.port() >> 8);
    bytes.write(to.port());
    bytes.writeBytes(named ? NAME_FOLLOWS : address);
    if (credentials != null) {
      bytes.writeBytes(credentials.user().getBytes(UTF_8));
    }
    bytes.write(0);
    if (named) {
      bytes.writeBytes(to.host().getBytes(ISO_8859_1)); // an IPv6 address, too
      bytes.write(0);
    }
    return bytes.toByteArray();
  }

  private Refusal refused(int reply) {
    String reason =
        switch (reply) {
          case 91 -> "rejected or failed";
          case 92 -> "the proxy cannot reach the client's identd";
          case 93 -> "the client's identd names somebody else";
          default -> "unassigned";
        };
    return new Refusal(
        reply == 92 || reply == 93 ? ProxyError.AUTHENTICATION : ProxyError.REFUSED,
        reply,
        reason,
        credentials != null,
        "the proxy refuses to connect to " + target() + ": reply " + reply + ", " + reason);
  }
}
