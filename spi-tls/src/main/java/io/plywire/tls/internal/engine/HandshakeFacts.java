// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the handshake messages in the clear say, and no engine tells: whether a session was resumed,
 * which group was used, which name was asked for. RFC 8446, section 4, and RFC 5246, section 7.4.
 * What the peer sent is a claim: it is reported, and a connection may be refused for it, but never
 * accepted.
 */
final class HandshakeFacts {
  private static final int SERVER_NAME = 0;
  private static final int SUPPORTED_GROUPS = 10;
  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final int ALPN = 16;
  private static final int PRE_SHARED_KEY = 41;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int KEY_SHARE = 51;
  private static final int NAMED_CURVE = 3;

  /** SHA-256 of "HelloRetryRequest", which such a message has in place of a random number. */
  private static final byte[] RETRY =
      HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

  private final HandshakeReader fromClient = new HandshakeReader(new FromClient());
  private final HandshakeReader fromServer = new HandshakeReader(new FromServer());
  private byte[] clientSessionId = {};
  private @Nullable String serverName;
  private List<String> offeredProtocols = List.of();
  private List<String> offeredGroups = List.of();
  private List<Integer> signatureSchemes = List.of();
  private @Nullable String group;
  private boolean resumed;
  private boolean noClientCertificate;

  /** Takes a record in the clear. */
  void record(boolean client, ByteBuffer buffer, int offset, int length) {
    (client ? fromClient : fromServer).record(buffer, offset, length);
  }

  /** Returns the name the client asked for, or null. */
  @Nullable String serverName() {
    return serverName;
  }

  /** Returns the application protocols the client offered, best first; none if it said nothing. */
  List<String> offeredProtocols() {
    return offeredProtocols;
  }

  /** Returns the groups the client offered, best first. */
  List<String> offeredGroups() {
    return offeredGroups;
  }

  /** Returns the numbers of the signatures the client understands. */
  List<Integer> signatureSchemes() {
    return signatureSchemes;
  }

  /** Returns the group of the key exchange, or null if there was none. */
  @Nullable String group() {
    return group;
  }

  /** Returns whether the server resumed a session. */
  boolean resumed() {
    return resumed;
  }

  /** Returns whether the client was asked for a certificate and had none; in TLS 1.2 only. */
  boolean noClientCertificate() {
    return noClientCertificate;
  }

  private final class FromClient implements HandshakeReader.Visitor {
    @Override
    public int wanted(int type) {
      return switch (type) {
        case HandshakeReader.CLIENT_HELLO -> 0x10000;
        case HandshakeReader.CERTIFICATE -> 3;
        default -> 0;
      };
    }

    @Override
    public void message(int type, ByteBuffer body) {
      try {
        switch (type) {
          case HandshakeReader.CLIENT_HELLO -> clientHello(body);
          case HandshakeReader.CERTIFICATE -> noClientCertificate = isEmptyList(body);
          default -> fromClient.finish(); // soon it is encrypted
        }
      } catch (BufferUnderflowException | IllegalArgumentException e) {
        fromClient.finish(); // malformed; the engine says so
      }
    }
  }

  private final class FromServer implements HandshakeReader.Visitor {
    @Override
    public int wanted(int type) {
      return switch (type) {
        case HandshakeReader.SERVER_HELLO -> 0x4000;
        case HandshakeReader.SERVER_KEY_EXCHANGE -> 3;
        default -> 0;
      };
    }

    @Override
    public void message(int type, ByteBuffer body) {
      try {
        switch (type) {
          case HandshakeReader.SERVER_HELLO -> serverHello(body);
          case HandshakeReader.SERVER_KEY_EXCHANGE -> {
            if (body.get() == NAMED_CURVE) { // RFC 8422, section 5.4
              group = NamedGroups.name(body.getShort() & 0xFFFF);
            }
            fromServer.finish();
          }
          case HandshakeReader.SERVER_HELLO_DONE -> fromServer.finish();
          default -> {}
        }
      } catch (BufferUnderflowException | IllegalArgumentException e) {
        fromServer.finish();
      }
    }
  }

  private void clientHello(ByteBuffer body) {
    body.getShort(); // version
    skip(body, 32); // random
    clientSessionId = bytes(body, body.get() & 0xFF);
    skip(body, body.getShort() & 0xFFFF); // cipher suites
    skip(body, body.get() & 0xFF); // compression
    if (!body.hasRemaining()) {
      return;
    }
    for (ByteBuffer all = part(body); all.hasRemaining(); ) {
      int type = all.getShort() & 0xFFFF;
      ByteBuffer extension = part(all);
      switch (type) {
        case SERVER_NAME -> serverName = serverName(part(extension));
        case SUPPORTED_GROUPS -> {
          List<String> names = new ArrayList<>();
          numbers(part(extension)).forEach(number -> names.add(NamedGroups.name(number)));
          offeredGroups = List.copyOf(names);
        }
        case SIGNATURE_ALGORITHMS -> signatureSchemes = numbers(part(extension));
        case ALPN -> offeredProtocols = protocols(part(extension));
        default -> {}
      }
    }
  }

  private static @Nullable String serverName(ByteBuffer names) {
    while (names.hasRemaining()) {
      int type = names.get();
      ByteBuffer name = part(names);
      if (type == 0) { // host_name, RFC 6066, section 3
        return StandardCharsets.US_ASCII.decode(name).toString();
      }
    }
    return null;
  }

  /** Names are bytes, of which most are text (RFC 7301, section 3.1). */
  private static List<String> protocols(ByteBuffer list) {
    List<String> names = new ArrayList<>();
    while (list.hasRemaining()) {
      names.add(new String(bytes(list, list.get() & 0xFF), StandardCharsets.ISO_8859_1));
    }
    return List.copyOf(names);
  }

  private void serverHello(ByteBuffer body) {
    body.getShort(); // version
    if (Arrays.equals(bytes(body, 32), RETRY)) {
      return; // another one follows
    }
    byte[] sessionId = bytes(body, body.get() & 0xFF);
    body.getShort(); // cipher suite
    body.get(); // compression
    boolean version13 = false;
    boolean preSharedKey = false;
    if (body.hasRemaining()) {
      for (ByteBuffer all = part(body); all.hasRemaining(); ) {
        int type = all.getShort() & 0xFFFF;
        ByteBuffer extension = part(all);
        switch (type) {
          case SUPPORTED_VERSIONS -> version13 = true;
          case PRE_SHARED_KEY -> preSharedKey = true;
          case KEY_SHARE -> group = NamedGroups.name(extension.getShort() & 0xFFFF);
          default -> {}
        }
      }
    }
    resumed =
        version13
            ? preSharedKey
            : sessionId.length > 0 && Arrays.equals(sessionId, clientSessionId);
    if (version13 || resumed) {
      fromServer.finish(); // what follows is encrypted
      fromClient.finish();
    }
  }

  /** Returns whether a length of three bytes is zero. */
  private static boolean isEmptyList(ByteBuffer body) {
    return body.getShort() == 0 && body.get() == 0;
  }

  private static List<Integer> numbers(ByteBuffer list) {
    List<Integer> numbers = new ArrayList<>();
    while (list.hasRemaining()) {
      numbers.add(list.getShort() & 0xFFFF);
    }
    return List.copyOf(numbers);
  }

  private static byte[] bytes(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  private static void skip(ByteBuffer buffer, int length) {
    buffer.position(buffer.position() + length);
  }

  /** Returns the next bytes, as many as a length of two bytes before them says. */
  private static ByteBuffer part(ByteBuffer from) {
    int length = from.getShort() & 0xFFFF;
    ByteBuffer part = from.slice(from.position(), checked(from, length));
    skip(from, length);
    return part;
  }

  private static int checked(ByteBuffer from, int length) {
    if (length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }
}
