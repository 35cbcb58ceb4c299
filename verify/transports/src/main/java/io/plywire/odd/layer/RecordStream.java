// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.layer;

import io.plywire.spi.CompletionStream;
import io.plywire.spi.TeardownLimits;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Records over another stream. */
final class RecordStream extends CompletionStream {
  private final AsyncStream below;
  private final Codec codec;
  private final ByteBuffer raw = ByteBuffer.allocate(8 << 10).limit(0);
  private ByteBuffer content = ByteBuffer.allocate(0);
  private boolean markReceived;
  private boolean markSent; // or on its way
  private boolean sending;
  private boolean ended; // in good order

  RecordStream(AsyncStream below, Codec codec) {
    super(below.executor(), TeardownLimits.defaults(), Codec.MOST);
    this.below = below;
    this.codec = codec;
  }

  // ---- in

  @Override
  protected void beginRead(ByteBuffer target, Completion completion) throws IOException {
    while (!content.hasRemaining() && !markReceived) {
      if (!nextRecord()) {
        raw.compact();
        below.asyncReadSome(
            raw,
            (error, bytes) -> {
              raw.flip();
              arrived(error, target, completion);
            });
        return;
      }
    }
    int n = Math.min(content.remaining(), target.remaining());
    target.put(content.slice(content.position(), n));
    content.position(content.position() + n);
    completion.completed(n == 0 ? -1 : n);
  }

  private void arrived(IOException error, ByteBuffer target, Completion completion) {
    try {
      if (error != null) {
        throw below(error);
      }
      beginRead(target, completion);
    } catch (IOException e) {
      completion.failed(e);
    }
  }

  private boolean nextRecord() throws StreamException {
    if (raw.remaining() < Codec.HEAD) {
      return false;
    }
    int length = Short.toUnsignedInt(raw.getShort(raw.position()));
    if (length + Codec.HEAD > raw.capacity()) {
      below.close(); // without a goodbye
      throw new StreamException(StreamError.PROTOCOL, "a record of " + length + " bytes: " + this);
    }
    if (raw.remaining() < Codec.HEAD + length) {
      return false;
    }
    try {
      content = codec.decode(raw.slice(raw.position() + Codec.HEAD, length));
    } catch (StreamException e) {
      below.close();
      throw e;
    }
    ByteBuffer kept = ByteBuffer.allocate(content.remaining()).put(content).flip();
    content = kept; // what it was a part of moves
    raw.position(raw.position() + Codec.HEAD + length);
    markReceived = !content.hasRemaining();
    return true;
  }

  /** What happens below is not the same here. */
  private StreamException below(IOException error) {
    boolean cut = error instanceof StreamException known && known.error() == StreamError.EOF;
    return new StreamException(
        cut ? StreamError.TRUNCATED : StreamError.RESET,
        cut ? "it was cut: " + this : "the layer below failed: " + error.getMessage(),
        error);
  }

  // ---- out

  @Override
  protected void beginWrite(ByteBuffer source, Completion completion) {
    int n = source.remaining();
    send(codec.encode(source), completion, n);
  }

  private void send(ByteBuffer records, Completion completion, int count) {
    sending = true;
    AsyncStreams.writeAll(
        below,
        new ByteBuffer[] {records},
        (error, bytes) -> {
          sending = false;
          if (completion != null && error != null) {
            completion.failed(below(error));
          } else if (completion != null) {
            completion.completed(count);
          } else if (ended) {
            endBelow();
          }
        });
  }

  // ---- ends

  @Override
  protected void shutdownOutput() {
    markSent = true;
    send(codec.encode(ByteBuffer.allocate(0)), null, 0);
  }

  @Override
  protected void closeNow() {
    ended = markSent && markReceived;
    if (!ended) {
      below.close();
    } else if (!sending) {
      endBelow();
    }
  }

  private void endBelow() {
    if (below.isOpen()) {
      below.asyncTeardown(Role.SERVER, (error, bytes) -> {});
    }
  }

  @Override
  public <T> T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : below.layer(type);
  }

  @Override
  public String toString() {
    return codec.getClass().getSimpleName() + " over " + below;
  }
}
