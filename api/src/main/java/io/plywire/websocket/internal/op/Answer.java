// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.PlainRequest;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the application's {@link Reply} comes to on the wire: a head, and perhaps a file. */
final class Answer {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private final UpgradeResponse response;
  private @Nullable ReplyFile file; // what is to follow

  private Answer(UpgradeResponse response, @Nullable ReplyFile file) {
    this.response = response;
    this.file = file;
  }

  /**
   * Prepares an answer.
   *
   * @param persists whether another request may follow
   */
  static Answer of(Connection c, Reply wanted, UpgradeRequest request, boolean persists) {
    Reply reply = wanted;
    ReplyFile file = null;
    Path path = wanted.file();
    if (path != null) {
      try {
        file = ReplyFile.open(path);
      } catch (IOException | RuntimeException e) {
        log.warn("{}: a file that is to be sent cannot be opened", c, e);
        reply = Reply.notFound();
      }
    }
    long length = file == null ? reply.body().length : file.length();
    boolean bodiless = PlainRequest.isHead(request);
    Answer answer = new Answer(decorated(c, reply, length, persists, bodiless), file);
    if (bodiless) {
      answer.close();
    }
    return answer;
  }

  private static UpgradeResponse decorated(
      Connection c, Reply reply, long length, boolean persists, boolean bodiless) {
    UpgradeResponse response = PlainRequest.response(reply, length, persists, bodiless);
    try {
      c.options.responseDecorator().accept(response);
      Violation broken = PlainRequest.validate(response, length, persists);
      if (broken == null) {
        return response;
      }
      log.warn("{}: what the response decorator did is left out: {}", c, broken.detail());
    } catch (RuntimeException | Error e) {
      log.warn("{}: the response decorator threw, and is left out", c, e);
    }
    return PlainRequest.response(reply, length, persists, bodiless);
  }

  int status() {
    return response.status();
  }

  /** Returns the head, with the body behind it if that is in memory. */
  ByteBuffer head() {
    return HttpHead.encode(response);
  }

  /** Returns what follows, which belongs to this object; null at the end. */
  @Nullable ByteBuffer next() throws IOException {
    return file == null ? null : file.next();
  }

  void close() {
    ReplyFile open = file;
    if (open != null) {
      file = null;
      open.close();
    }
  }
}
