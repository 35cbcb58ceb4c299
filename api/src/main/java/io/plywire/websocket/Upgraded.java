// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.ExtensionList;
import io.plywire.websocket.internal.protocol.Token;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody else has agreed on in an opening handshake: a container that has answered with 101
 * itself, an HTTP/2 stream (RFC 8441), a test. A {@link WebSocketStream} made with it is open.
 *
 * {@snippet :
 * var ws = new WebSocketStream(
 *     connection, options, Upgraded.as(Role.SERVER).withAnswer(response).withReceived(leftOver));
 * }
 *
 * <p>Immutable.
 */
public final class Upgraded {
  private final Role role;
  private final @Nullable String subprotocol;
  private final @Nullable DeflateParameters deflate;
  private final ByteBuffer received; // never changed

  private Upgraded(
      Role role,
      @Nullable String subprotocol,
      @Nullable DeflateParameters deflate,
      ByteBuffer received) {
    this.role = role;
    this.subprotocol = subprotocol;
    this.deflate = deflate;
    this.received = received;
  }

  /**
   * Begins with nothing agreed on, and nothing received.
   *
   * @param role of this side
   */
  public static Upgraded as(Role role) {
    return new Upgraded(Objects.requireNonNull(role, "role"), null, null, ByteBuffer.allocate(0));
  }

  /**
   * Returns a copy with the sub-protocol and the extension that a server has answered.
   *
   * @param response the server's, whichever side this is; its status and other fields are not
   *     looked at
   * @throws IllegalArgumentException if it has more than one sub-protocol, or any extension but one
   *     proper permessage-deflate
   */
  public Upgraded withAnswer(UpgradeResponse response) {
    List<String> chosen = response.fields().all("Sec-WebSocket-Protocol");
    if (chosen.size() > 1) {
      throw new IllegalArgumentException("the response has more than one sub-protocol: " + chosen);
    }
    Upgraded answered = chosen.isEmpty() ? this : withSubprotocol(chosen.get(0));
    List<String> extensions = response.fields().all("Sec-WebSocket-Extensions");
    return extensions.isEmpty() ? answered : answered.withDeflate(deflateOf(extensions));
  }

  private static DeflateParameters deflateOf(List<String> values) {
    List<ExtensionList.Extension> extensions = ExtensionList.parse(values);
    DeflateParameters known =
        extensions == null || extensions.size() != 1 ? null : DeflateNegotiation.agreed(extensions);
    if (known == null) {
      throw new IllegalArgumentException(
          "the response has extensions other than one proper permessage-deflate: " + values);
    }
    return known;
  }

  /**
   * Returns a copy with the sub-protocol that was agreed on.
   *
   * @param agreed as it stands in {@code Sec-WebSocket-Protocol}
   * @throws IllegalArgumentException if it is no token
   */
  public Upgraded withSubprotocol(String agreed) {
    if (!Token.isToken(agreed)) {
      throw new IllegalArgumentException("sub-protocol is not a token: " + agreed);
    }
    return new Upgraded(role, agreed, deflate, received);
  }

  /**
   * Returns a copy with permessage-deflate agreed on.
   *
   * @param agreed the parameters, those of both sides
   */
  public Upgraded withDeflate(DeflateParameters agreed) {
    return new Upgraded(role, subprotocol, Objects.requireNonNull(agreed, "agreed"), received);
  }

  /**
   * Returns a copy with what was received behind the handshake: the first bytes of the peer's
   * frames.
   *
   * @param bytes from position to limit, which stay; copied within the call
   */
  public Upgraded withReceived(ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
    copy.put(bytes.duplicate()).flip();
    return new Upgraded(role, subprotocol, deflate, copy);
  }

  /** Returns the role of this side. */
  public Role role() {
    return role;
  }

  /** Returns the sub-protocol, or null if there is none. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  /** Returns the parameters of permessage-deflate, or null if that was not agreed on. */
  public @Nullable DeflateParameters deflate() {
    return deflate;
  }

  /** Returns a read-only view of what was received behind the handshake. */
  public ByteBuffer received() {
    return received.asReadOnlyBuffer();
  }

  @Override
  public String toString() {
    return "Upgraded[as "
        + role
        + ", sub-protocol "
        + subprotocol
        + ", "
        + deflate
        + ", "
        + received.remaining()
        + " bytes received]";
  }
}
