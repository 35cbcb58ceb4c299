// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A server on loopback that a test speaks for, frame by frame, in the test's own thread. */
final class ScriptedServer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final ServerSocket listener;
  private final List<Socket> connections = new ArrayList<>();

  ScriptedServer() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      listener.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create(
        "ws://" + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort() + "/");
  }

  /** Accepts a connection and reads its request. */
  Connection request() {
    try {
      Socket socket = listener.accept();
      connections.add(socket);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      return new Connection(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Accepts a connection and agrees to what it asks for. */
  Connection accept(String... fields) {
    Connection connection = request();
    connection.agree(fields);
    return connection;
  }

  @Override
  public void close() {
    try {
      for (Socket socket : connections) {
        socket.close();
      }
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A frame that a client has sent, unmasked. */
  record Frame(boolean fin, int opcode, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** Returns the code of a close frame; 0 if it has none. */
    int code() {
      return payload.length < 2 ? 0 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    String reason() {
      return payload.length < 2
          ? ""
          : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
  }

  /** One connection; everything blocks. */
  static final class Connection {
    private final Socket socket;
    private final DataInputStream in;

    /** The head of the request. */
    final String head;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        read.write(in.readUnsignedByte());
      }
      head = read.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns the value of a field of the request, or null. */
    String field(String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse(null);
    }

    void agree(String... fields) {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-1")
                .digest(
                    (field("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        answer.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
        answer.append(Base64.getEncoder().encodeToString(digest)).append("\r\n");
        for (String field : fields) {
          answer.append(field).append("\r\n");
        }
        send(answer.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    void send(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Sends frames in one piece. */
    void send(byte[]... frames) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (byte[] frame : frames) {
        all.writeBytes(frame);
      }
      send(all.toByteArray());
    }

    void text(String text) {
      send(frame(true, 1, text.getBytes(StandardCharsets.UTF_8)));
    }

    void closeFrame(int code, String reason) {
      send(frame(true, 8, closePayload(code, reason)));
    }

    static byte[] closePayload(int code, String reason) {
      byte[] text = reason.getBytes(StandardCharsets.UTF_8);
      byte[] payload = new byte[2 + text.length];
      payload[0] = (byte) (code >> 8);
      payload[1] = (byte) code;
      System.arraycopy(text, 0, payload, 2, text.length);
      return payload;
    }

    static byte[] frame(boolean fin, int opcode, byte[] payload) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write((fin ? 0x80 : 0) | opcode);
      if (payload.length < 126) {
        out.write(payload.length);
      } else if (payload.length < 65536) {
        out.write(126);
        out.write(payload.length >> 8);
        out.write(payload.length);
      } else {
        out.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          out.write((int) ((long) payload.length >> shift));
        }
      }
      out.writeBytes(payload);
      return out.toByteArray();
    }

    Frame read() {
      try {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second & 0x7F;
        if (length == 126) {
          length = in.readUnsignedShort();
        } else if (length == 127) {
          length = in.readLong();
        }
        byte[] mask = new byte[4];
        in.readFully(mask);
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
          payload[i] ^= mask[i & 3];
        }
        return new Frame((first & 0x80) != 0, first & 0x0F, payload);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Reads frames until a message is whole, and returns its payload. */
    byte[] readMessage() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      Frame frame;
      do {
        frame = read();
        all.writeBytes(frame.payload());
      } while (!frame.fin());
      return all.toByteArray();
    }

    /** Reads whatever comes until the connection has ended, in whatever way. */
    void awaitEnd() {
      try {
        while (in.read() >= 0) {
          // What comes before does not matter.
        }
      } catch (EOFException e) {
        throw new AssertionError(e);
      } catch (IOException e) {
        if (e instanceof java.net.SocketTimeoutException) {
          throw new AssertionError("the client has not ended the connection", e);
        }
      }
    }

    /** Ends this side without a close frame. */
    void shutdownOutput() {
      try {
        socket.shutdownOutput();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Resets the connection. */
    void reset() {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void end() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
