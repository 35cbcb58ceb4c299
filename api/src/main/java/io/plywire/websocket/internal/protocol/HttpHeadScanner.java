// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of the head of an HTTP/1.1 message while its bytes arrive, and notices early what
 * can never become one: a TLS handshake, binary noise, a line without a carriage return. Each byte
 * is looked at once, however the head is cut. What the lines say is the business of {@link
 * HttpHead}.
 */
public final class HttpHeadScanner {

  /** The head is not complete. Come back with the same bytes and more. */
  public static final int NEED_MORE = 0;

  /** The head is complete: {@link #headLength()} tells how long it is. */
  public static final int HEAD = 1;

  /** These bytes are no head, or one that is too long: see {@link #violation()}. */
  public static final int VIOLATION = 2;

  /** The longest method; registered ones have at most 17 letters. */
  private static final int MAX_METHOD_CHARS = 32;

  private static final String RESPONSE_START = "HTTP/";

  /** The first byte of a TLS record with an alert or a handshake message. */
  private static final int TLS_ALERT = 0x15;

  private static final int TLS_HANDSHAKE = 0x16;

  private final boolean request;
  private final int maxBytes;

  private int scanned; // bytes that have been looked at
  private int lineStart; // where the current line begins
  private int startLine; // where the request line or status line begins
  private boolean inStartLine = true;
  private boolean methodEnded;
  private int previous; // the byte before
  private int headLength;
  private @Nullable Violation violation;

  private HttpHeadScanner(boolean request, int maxBytes) {
    this.request = request;
    this.maxBytes = maxBytes;
  }

  /** Scans for the head of a request; at most {@code maxBytes} with its final empty line. */
  public static HttpHeadScanner forRequest(int maxBytes) {
    return new HttpHeadScanner(true, maxBytes);
  }

  /** Scans for the head of a response; at most {@code maxBytes} with its final empty line. */
  public static HttpHeadScanner forResponse(int maxBytes) {
    return new HttpHeadScanner(false, maxBytes);
  }

  /**
   * Looks at the bytes that were not there at the last call.
   *
   * @param in all bytes of the head so far, from its position on, which stays. The caller may move
   *     the bytes to a bigger buffer between calls
   * @return {@link #NEED_MORE}, {@link #HEAD} or {@link #VIOLATION}; the last two are final
   */
  public int scan(ByteBuffer in) {
    int at = in.position() + scanned;
    int end = in.limit();
    while (violation == null && headLength == 0 && at < end) {
      look(in.get(at++) & 0xFF);
      if (scanned == maxBytes && violation == null && headLength == 0) {
        violate(
            WebSocketError.HEAD_TOO_LARGE,
            String.format(Locale.ROOT, "head exceeds limit %d bytes", maxBytes));
      }
    }
    return violation != null ? VIOLATION : headLength != 0 ? HEAD : NEED_MORE;
  }

  /** Returns the bytes from the position to the end of the head; 0 before it was found. */
  public int headLength() {
    return headLength;
  }

  /** Tells whether not a byte of the message has been seen. */
  public boolean atStart() {
    return scanned == 0;
  }

  /** Returns what is wrong with these bytes, or null. */
  public @Nullable Violation violation() {
    return violation;
  }

  private void look(int b) {
    if (b == '\n' || previous == '\r') {
      if (b != '\n') {
        malformed(b, "a carriage return is followed by");
      } else if (previous != '\r') {
        malformed(b, "no carriage return stands before");
      } else {
        endLine();
      }
    } else if (b != '\r') {
      if (inStartLine) {
        lookAtStartLine(b, scanned - startLine);
      } else if ((b < 0x20 && b != '\t') || b == 0x7F) {
        malformed(b, "a field line holds");
      }
    } else if (request && inStartLine && !methodEnded && scanned > startLine) {
      malformed(b, "no target stands before"); // the banner of another protocol, such as SSH
    }
    previous = b;
    scanned++;
  }

  private void endLine() {
    int length = scanned - 1 - lineStart;
    lineStart = scanned + 1;
    if (!inStartLine) {
      if (length == 0) {
        headLength = lineStart;
      }
    } else if (length > 0) {
      inStartLine = false;
    } else if (request && startLine == 0) {
      // RFC 9112 §2.2: an empty line before the request line is forgiven.
      startLine = lineStart;
    } else {
      violate(WebSocketError.BAD_HTTP_MESSAGE, "head begins with an empty line");
    }
  }

  private void lookAtStartLine(int b, int index) {
    if (index == 0 && (b == TLS_HANDSHAKE || b == TLS_ALERT)) {
      violate(
          WebSocketError.BAD_HTTP_MESSAGE,
          String.format(
              Locale.ROOT,
              "first byte 0x%02X looks like TLS; is one side using wss: and the other ws:?",
              b));
    } else if (!request) {
      if (index < RESPONSE_START.length()
          ? b != RESPONSE_START.charAt(index)
          : (b < 0x20 && b != '\t') || b == 0x7F) {
        malformed(b, "the status line holds");
      }
    } else if (b == ' ' && index > 0) {
      methodEnded = true;
    } else if (methodEnded) {
      if (b <= 0x20 || b >= 0x7F) {
        malformed(b, "the request line holds");
      }
    } else if (!Token.isTokenChar(b)) {
      malformed(b, "the method holds");
    } else if (index >= MAX_METHOD_CHARS) {
      violate(
          WebSocketError.BAD_HTTP_MESSAGE,
          String.format(Locale.ROOT, "method exceeds limit %d", MAX_METHOD_CHARS));
    }
  }

  private void malformed(int b, String what) {
    violate(
        WebSocketError.BAD_HTTP_MESSAGE,
        String.format(Locale.ROOT, "%s byte 0x%02X at index %d", what, b, scanned));
  }

  private void violate(WebSocketError error, String detail) {
    violation = new Violation(error, detail);
  }
}
