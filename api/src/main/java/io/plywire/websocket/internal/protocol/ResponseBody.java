// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Collects the body of a response that declines the upgrade (RFC 9112 §6), up to a limit. The body
 * only explains a failure that has its own error, so nothing that is wrong with it is an error: the
 * collector keeps what it understood, and the response says that it is not {@linkplain
 * UpgradeResponse#isBodyComplete() complete}.
 */
public final class ResponseBody {

  /** The body goes on. Come back with more. */
  public static final int NEED_MORE = 0;

  /** Nothing more is to come, or is wanted. */
  public static final int DONE = 1;

  /** The longest line between chunks: size and extensions, or a trailer field. */
  private static final int MAX_LINE_BYTES = 1024;

  private static final int MAX_TRAILERS = 64;

  private enum Step {
    /** Bytes of the body, {@link #remaining} of them. */
    DATA,
    /** The line with the size of the next chunk. */
    CHUNK_SIZE,
    /** The line end behind a chunk. */
    CHUNK_END,
    /** Field lines behind the last chunk, up to an empty one. */
    TRAILER,
    END
  }

  private final UpgradeResponse head;
  private final int maxBytes;
  private final StringBuilder line = new StringBuilder();

  private byte[] body = {};
  private int kept; // bytes of the body in the array
  private Step step = Step.DATA;
  private boolean chunked;
  private boolean untilEnd;
  private boolean truncated;
  private long remaining; // bytes of the body or the chunk that are still to come
  private int trailers;

  /**
   * Makes a collector.
   *
   * @param head the response whose fields tell how the body is framed
   * @param maxBytes how much of the body to keep
   */
  public ResponseBody(UpgradeResponse head, int maxBytes) {
    this.head = head;
    this.maxBytes = maxBytes;
    frame(head.status(), head.fields());
  }

  /**
   * Takes bytes of the body.
   *
   * @param in consumed, as far as it belongs to the body
   * @return {@link #NEED_MORE} or {@link #DONE}; DONE at once if the response has no body
   */
  public int decode(ByteBuffer in) {
    while (step != Step.END && in.hasRemaining()) {
      if (step == Step.DATA) {
        takeData(in);
      } else {
        takeLine(in);
      }
    }
    return step == Step.END ? DONE : NEED_MORE;
  }

  /** Tells the collector that the stream has ended. */
  public void endOfStream() {
    if (step != Step.END) {
      truncated = !untilEnd;
      step = Step.END;
    }
  }

  /** Tells the collector that nobody waits for the rest. */
  public void giveUp() {
    if (step != Step.END) {
      stop();
    }
  }

  /** Returns the response with what was collected of its body. */
  public UpgradeResponse response() {
    return head.withBody(Arrays.copyOf(body, kept), !truncated);
  }

  /** Finds out how the body is framed: RFC 9112 §6.3, without the cases of HEAD and CONNECT. */
  private void frame(int status, HttpFields fields) {
    if (status < 200 || status == 204 || status == 304) {
      step = Step.END;
    } else if (fields.contains("Transfer-Encoding")) {
      List<String> codings = fields.all("Transfer-Encoding");
      String last = codings.get(codings.size() - 1).toLowerCase(Locale.ROOT);
      if (last.equals("chunked") || last.matches(".*,[ \t]*chunked")) {
        chunked = true;
        step = Step.CHUNK_SIZE;
      } else {
        readUntilEnd();
      }
    } else if (fields.contains("Content-Length")) {
      List<String> lengths = fields.all("Content-Length").stream().distinct().toList();
      if (lengths.size() == 1 && lengths.get(0).matches("[0-9]{1,18}")) {
        remaining = Long.parseLong(lengths.get(0));
        step = remaining == 0 ? Step.END : Step.DATA;
      } else {
        stop();
      }
    } else {
      readUntilEnd();
    }
  }

  private void readUntilEnd() {
    untilEnd = true;
    remaining = Long.MAX_VALUE;
  }

  private void takeData(ByteBuffer in) {
    int count = (int) Math.min(remaining, in.remaining());
    int room = maxBytes - kept;
    int taken = Math.min(count, room);
    if (kept + taken > body.length) {
      body = Arrays.copyOf(body, Math.min(maxBytes, Math.max(kept + taken, 2 * kept)));
    }
    in.get(body, kept, taken);
    kept += taken;
    remaining -= taken;
    if (count > room) {
      stop();
    } else if (remaining == 0) {
      step = chunked ? Step.CHUNK_END : Step.END;
    }
  }

  private void takeLine(ByteBuffer in) {
    char c = (char) (in.get() & 0xFF);
    if (c != '\n') {
      line.append(c);
      if (line.length() > MAX_LINE_BYTES) {
        stop();
      }
      return;
    }
    if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
      stop();
      return;
    }
    String content = line.substring(0, line.length() - 1);
    line.setLength(0);
    endLine(content);
  }

  private void endLine(String content) {
    switch (step) {
      case CHUNK_SIZE -> beginChunk(content);
      case CHUNK_END -> {
        step = Step.CHUNK_SIZE;
        if (!content.isEmpty()) {
          stop();
        }
      }
      case TRAILER -> {
        if (content.isEmpty()) {
          step = Step.END;
        } else if (++trailers > MAX_TRAILERS) {
          stop();
        }
      }
      default -> throw new IllegalStateException(step.name());
    }
  }

  private void beginChunk(String content) {
    int semicolon = content.indexOf(';');
    String digits = (semicolon < 0 ? content : content.substring(0, semicolon)).strip();
    if (!digits.matches("[0-9A-Fa-f]{1,15}")) {
      stop();
      return;
    }
    remaining = Long.parseLong(digits, 16);
    step = remaining == 0 ? Step.TRAILER : Step.DATA;
  }

  private void stop() {
    truncated = true;
    step = Step.END;
  }
}
