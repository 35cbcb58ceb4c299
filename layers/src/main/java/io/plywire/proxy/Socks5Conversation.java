// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.plywire.layers.internal.FirstBytes;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** SOCKS5 (RFC 1928), without authentication or with name and password (RFC 1929). */
final class Socks5Conversation extends Conversation {
  /** A length stands in one byte. */
  static final int MAX_TEXT = 255;

  private static final int VERSION = 5;
  private static final int CONNECT = 1;

  private static final int NO_AUTHENTICATION = 0;
  private static final int USER_AND_PASSWORD = 2;
  private static final int NONE_ACCEPTABLE = 0xff;
  private static final int USER_VERSION = 1;

  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;

  /** The reply up to the byte behind the type of its address. */
  private static final int ADDRESS_AT = 4;

  private static final String[] REASONS = {
    "succeeded",
    "general failure of the server",
    "not allowed by the rules",
    "network unreachable",
    "host unreachable",
    "connection refused",
    "time to live expired",
    "command not supported",
    "type of address not supported"
  };

  private enum Step {
    GREETING,
    METHOD,
    STATUS,
    REPLY
  }

  private final Target to;
  private final @Nullable ProxyCredentials credentials;
  private Step step = Step.GREETING;
  private boolean sent;

  /**
   * Begins.
   *
   * @throws IllegalArgumentException if the name is too long to be sent
   */
  Socks5Conversation(Target to, @Nullable ProxyCredentials credentials) {
    super(to.toString());
    if (to.host().length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "the host name has " + to.host().length() + " bytes; SOCKS5 can say " + MAX_TEXT);
    }
    this.to = to;
    this.credentials = credentials;
  }

  @Override
  Next look() throws Refusal {
    return switch (step) {
      case GREETING -> {
        step = Step.METHOD;
        yield send(
            credentials == null
                ? new byte[] {VERSION, 1, NO_AUTHENTICATION}
                : new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD});
      }
      case METHOD -> lookAtMethod();
      case STATUS -> lookAtStatus();
      case REPLY -> lookAtReply();
    };
  }

  private void requireFirst(int version) throws Refusal {
    if (size() > 0 && at(0) != version) {
      throw new Refusal(
          ProxyError.BAD_ANSWER,
          "the answer is none of SOCKS5: " + FirstBytes.text(bytes(), size()));
    }
  }

  private Next lookAtMethod() throws Refusal {
    requireFirst(VERSION);
    if (size() < 2) {
      return receive(2 - size());
    }
    int method = at(1);
    if (method == NO_AUTHENTICATION) {
      return request();
    }
    ProxyCredentials known = credentials;
    if (method == USER_AND_PASSWORD && known != null) {
      step = Step.STATUS;
      sent = true;
      return send(userAndPassword(known));
    }
    if (method == NONE_ACCEPTABLE) {
      throw new Refusal(
          ProxyError.AUTHENTICATION,
          method,
          "no acceptable method",
          false,
          known == null
              ? "the proxy asks for credentials, and there are none, for the way to " + target()
              : "the proxy takes neither name and password nor none for the way to " + target());
    }
    throw new Refusal(
        ProxyError.BAD_ANSWER, "the proxy chose method " + method + ", which was not offered");
  }

  private static byte[] userAndPassword(ProxyCredentials known) {
    byte[] user = known.user().getBytes(UTF_8);
    byte[] password = known.password().getBytes(UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(USER_VERSION);
    bytes.write(user.length);
    bytes.writeBytes(user);
    bytes.write(password.length);
    bytes.writeBytes(password);
    return bytes.toByteArray();
  }

  private Next lookAtStatus() throws Refusal {
    requireFirst(USER_VERSION);
    if (size() < 2) {
      return receive(2 - size());
    }
    if (at(1) != 0) {
      throw new Refusal(
          ProxyError.AUTHENTICATION,
          at(1),
          "name and password refused",
          true,
          "the proxy does not take the credentials for the way to "
              + target()
              + ": status "
              + at(1));
    }
    return request();
  }

  private Next request() {
    step = Step.REPLY;
    byte[] address = to.address();
    byte[] text = to.host().getBytes(ISO_8859_1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {VERSION, CONNECT, 0});
    if (address == null) {
      bytes.write(NAME);
      bytes.write(text.length);
      bytes.writeBytes(text);
    } else {
      bytes.write(address.length == 4 ? IPV4 : IPV6);
      bytes.writeBytes(address);
    }
    bytes.write(to.port() >> 8);
    bytes.write(to.port());
    return send(bytes.toByteArray());
  }

  private Next lookAtReply() throws Refusal {
    requireFirst(VERSION);
    if (size() > 1 && at(1) != 0) {
      throw refused(at(1)); // whatever else it says, which some leave out
    }
    if (size() <= ADDRESS_AT) {
      return receive(ADDRESS_AT + 1 - size());
    }
    int length =
        switch (at(ADDRESS_AT - 1)) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case NAME -> 1 + at(ADDRESS_AT);
          default ->
              throw new Refusal(
                  ProxyError.BAD_ANSWER,
                  "the reply has an address of the unknown type " + at(ADDRESS_AT - 1));
        };
    int missing = ADDRESS_AT + length + 2 - size();
    return missing > 0 ? receive(missing) : Next.DONE;
  }

  private Refusal refused(int reply) {
    String reason = reply < REASONS.length ? REASONS[reply] : "unassigned";
    boolean unreachable = reply >= 3 && reply <= 6;
    return new Refusal(
        unreachable ? ProxyError.UNREACHABLE : ProxyError.REFUSED,
        reply,
        reason,
        sent,
        (unreachable ? "the proxy could not connect to " : "the proxy refuses to connect to ")
            + target()
            + ": reply "
            + reply
            + ", "
            + reason);
  }
}
