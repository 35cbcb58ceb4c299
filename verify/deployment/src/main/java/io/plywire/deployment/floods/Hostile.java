// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** One connection of a flood, by hand, on a thread that serves many. */
final class Hostile {
  private static final String REQUEST =
      """
      GET / HTTP/1.1\r
      Host: 127.0.0.1\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r
      """;
  private static final int PINGS = 1000; // in one write
  private static final int PING_BYTES = 6; // a header and a masking key of zeros
  private static final byte[] HELLO = hello();

  private final Flood flood;
  private final Target target;
  private final InetSocketAddress from;
  private final AtomicLong attempts = new AtomicLong();
  private final ByteBuffer received = ByteBuffer.allocate(16 * 1024);
  private @Nullable SocketChannel channel;
  private ByteBuffer rest = ByteBuffer.allocate(0); // of what is being sent
  private boolean open; // its WebSocket
  private long bytesSent;

  Hostile(Flood flood, Target target, InetSocketAddress from) {
    this.flood = flood;
    this.target = target;
    this.from = from;
  }

  private static byte[] hello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), record);
      return Arrays.copyOf(record.array(), record.position());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  long attempts() {
    return attempts.get();
  }

  /**
   * Does what is to be done now, without waiting.
   *
   * @param seconds since the beginning
   * @return whether there is more to do at once
   */
  boolean act(long seconds) {
    try {
      SocketChannel now = channel;
      if (now == null) {
        now = connect();
      }
      return switch (flood.manner()) {
        case SILENT, HANDSHAKE -> isGone(now);
        case HALF -> half(now, seconds);
        case HELLO -> isGone(now) || send(now);
        case PING -> (open || upgraded(now)) && ping(now);
        case PING_AND_READ -> (open || upgraded(now)) && !isGone(now) && ping(now);
        case ANNOUNCE, ALL_BUT_ONE -> (open || upgraded(now)) && !isGone(now) && send(now);
      };
    } catch (IOException e) {
      close(); // it comes again in the next round
      return false;
    }
  }

  private SocketChannel connect() throws IOException {
    attempts.incrementAndGet();
    SocketChannel made = SocketChannel.open();
    channel = made;
    made.bind(from);
    made.connect(target.address(flood.secure()));
    made.configureBlocking(false);
    open = false;
    bytesSent = 0;
    rest =
        switch (flood.manner()) {
          case SILENT, HANDSHAKE, HALF -> ByteBuffer.allocate(0);
          case HELLO -> ByteBuffer.wrap(HELLO);
          default -> StandardCharsets.US_ASCII.encode(REQUEST);
        };
    return made;
  }

  /** Takes what comes; returns true if that was the end. */
  private boolean isGone(SocketChannel now) throws IOException {
    int count = now.read(received.clear());
    if (count < 0) {
      close();
    }
    return count < 0;
  }

  private boolean half(SocketChannel now, long seconds) throws IOException {
    if (!isGone(now) && bytesSent <= seconds) {
      bytesSent += now.write(StandardCharsets.US_ASCII.encode("G"));
    }
    return false;
  }

  /** Sends on; never busy. */
  private boolean send(SocketChannel now) throws IOException {
    now.write(rest);
    return false;
  }

  private boolean upgraded(SocketChannel now) throws IOException {
    now.write(rest);
    int count = now.read(received.clear());
    if (count < 0) {
      close();
      return false;
    }
    String answer = new String(received.array(), 0, count, StandardCharsets.US_ASCII);
    open = answer.startsWith("HTTP/1.1 101");
    if (open) {
      rest = first();
    }
    return open;
  }

  /** What is sent first over an open WebSocket. */
  private ByteBuffer first() {
    int announced = target.messageMax();
    int sent =
        switch (flood.manner()) {
          case ANNOUNCE -> 1;
          case ALL_BUT_ONE -> announced - 1;
          default -> 0;
        };
    if (sent == 0) {
      return pings();
    }
    ByteBuffer begun = ByteBuffer.allocate(14 + sent);
    begun.put((byte) 0x82);
    if (announced > 0xFFFF) {
      begun.put((byte) (0x80 | 127)).putLong(announced);
    } else {
      begun.put((byte) (0x80 | 126)).putShort((short) announced);
    }
    begun.putInt(0); // the masking key
    return begun.limit(begun.position() + sent).rewind();
  }

  private static ByteBuffer pings() {
    ByteBuffer all = ByteBuffer.allocate(PINGS * PING_BYTES);
    while (all.hasRemaining()) {
      all.put((byte) 0x89).put((byte) 0x80).putInt(0);
    }
    return all.flip();
  }

  private boolean ping(SocketChannel now) throws IOException {
    if (!rest.hasRemaining()) {
      rest.rewind();
    }
    return now.write(rest) > 0;
  }

  void close() {
    SocketChannel now = channel;
    channel = null;
    if (now != null) {
      try {
        now.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
