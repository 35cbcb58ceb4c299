// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.ReplyHead;
import io.plywire.websocket.internal.protocol.ServerHandshake;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a {@link Reply} comes to on the wire: a head, and perhaps a file. */
final class Answer {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private final UpgradeResponse response;
  private @Nullable ReplyFile file; // what is to follow

  private Answer(UpgradeResponse response, @Nullable ReplyFile file) {
    this.response = response;
    this.file = file;
  }

  /**
   * Prepares an answer, with what the response decorator adds, or without if that fails.
   *
   * @param persists whether another request may follow
   * @param bodiless whether the body is left out
   * @param fault hears of a decorator that fails
   */
  static Answer of(
      Connection c, Reply wanted, boolean persists, boolean bodiless, Consumer<Throwable> fault) {
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
    long length = file == null ? reply.bodyLength() : file.length();
    UpgradeResponse response = ReplyHead.of(reply, length, persists, bodiless);
    if (!decorate(c.options, response, length, persists, fault)) {
      response = ReplyHead.of(reply, length, persists, bodiless);
    }
    Answer answer = new Answer(response, file);
    if (bodiless) {
      answer.close();
    }
    return answer;
  }

  /** Returns the response that refuses a request, for somebody else to send. */
  static UpgradeResponse refusal(WebSocketOptions options, Violation violation) {
    Reply reply = ServerHandshake.refusal(violation);
    int length = reply.bodyLength();
    UpgradeResponse response = ReplyHead.of(reply, length, false, false);
    boolean decorated =
        violation.error() != WebSocketError.DECORATOR_FAILED
            && decorate(
                options,
                response,
                length,
                false,
                fault -> log.warn("the response decorator failed, and is left out", fault));
    return decorated ? response : ReplyHead.of(reply, length, false, false);
  }

  /** Prepares an answer of which the decorator does not hear, since it is what has failed. */
  static Answer undecorated(Reply reply) {
    return new Answer(ReplyHead.of(reply, reply.bodyLength(), false, false), null);
  }

  private static boolean decorate(
      WebSocketOptions options,
      UpgradeResponse response,
      long length,
      boolean persists,
      Consumer<Throwable> fault) {
    try {
      options.responseDecorator().accept(response);
    } catch (RuntimeException | Error e) {
      fault.accept(e);
      return false;
    }
    Violation broken = ReplyHead.validate(response, length, persists);
    if (broken != null) {
      fault.accept(new WebSocketException(broken.error(), broken.detail(), null));
    }
    return broken == null;
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
