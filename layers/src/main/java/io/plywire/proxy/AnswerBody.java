// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a body that nobody wants to have, so that the connection can be used further:
 * with a length, or in chunks (RFC 9112, sections 6 and 7).
 */
final class AnswerBody {
  private enum State {
    LENGTH,
    SIZE,
    EXTENSION,
    CHUNK,
    TRAILER,
    END
  }

  private State state;
  private long missing; // of the body, or of a chunk with its line end
  private int digits;
  private boolean atCarriageReturn;
  private boolean lineIsEmpty = true; // the one of the trailer

  private AnswerBody(State state, long length) {
    this.state = state;
    this.missing = length;
  }

  /** Returns how the body of an answer is to be skipped, or null if it ends with the connection. */
  static @Nullable AnswerBody of(AnswerHead head) {
    List<String> encodings = head.values("Transfer-Encoding");
    List<String> lengths = head.values("Content-Length");
    if (!encodings.isEmpty()) {
      boolean chunks = encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
      return chunks && lengths.isEmpty() ? new AnswerBody(State.SIZE, 0) : null;
    }
    if (lengths.size() != 1 || !lengths.get(0).matches("[0-9]{1,9}")) {
      return null;
    }
    long length = Long.parseLong(lengths.get(0));
    return new AnswerBody(length == 0 ? State.END : State.LENGTH, length);
  }

  /** Returns how many bytes are surely missing; 0 at the end. */
  long missing() {
    return switch (state) {
      case LENGTH, CHUNK -> missing;
      case END -> 0;
      default -> 1;
    };
  }

  /** Takes the next bytes, not more than {@link #missing}. */
  void take(byte[] bytes, int size) throws Refusal {
    if (state == State.LENGTH || state == State.CHUNK) {
      missing -= size;
      if (missing == 0) {
        state = state == State.LENGTH ? State.END : State.SIZE;
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      take(bytes[i]);
    }
  }

  private void take(byte b) throws Refusal {
    if (atCarriageReturn != (b == '\n')) {
      throw new Refusal(ProxyError.BAD_ANSWER, "a line of a chunked body does not end with CR LF");
    }
    atCarriageReturn = b == '\r';
    if (b == '\n') {
      endOfLine();
    } else if (b != '\r') {
      inLine(b);
    }
  }

  private void inLine(byte b) throws Refusal {
    lineIsEmpty = false;
    if (state != State.SIZE) {
      return;
    }
    int digit = b < 0 ? -1 : Character.digit(b, 16);
    if (digit >= 0 && digits < 7) {
      missing = missing << 4 | digit;
      digits++;
    } else if (digits > 0 && (b == ';' || b == ' ' || b == '\t')) {
      state = State.EXTENSION;
    } else {
      throw new Refusal(ProxyError.BAD_ANSWER, "a chunk has no size, or more than 7 digits of it");
    }
  }

  private void endOfLine() throws Refusal {
    if (state == State.TRAILER) {
      state = lineIsEmpty ? State.END : state;
    } else if (digits == 0) {
      throw new Refusal(ProxyError.BAD_ANSWER, "a chunk has no size");
    } else if (missing == 0) {
      state = State.TRAILER;
    } else {
      state = State.CHUNK;
      missing += 2; // CR LF, which nobody needs to look at
    }
    digits = 0;
    lineIsEmpty = true;
  }
}
