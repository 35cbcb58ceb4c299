// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import io.plywire.stream.OperationPendingException;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket in a room.
 *
 * <p>What is for it waits in a queue of its own. When 256 messages wait there, or 256 KiB, it is
 * too slow: it leaves the room and is told 1013. Nobody else waits for it.
 */
final class Member {
  private static final int MOST_MESSAGES = 256;
  private static final long MOST_BYTES = 256 << 10;

  private static final CloseReason TOO_SLOW =
      new CloseReason(CloseCode.TRY_AGAIN_LATER, "too slow: too much waits for you");
  private static final CloseReason NO_TEXT =
      new CloseReason(CloseCode.UNSUPPORTED_DATA, "this is a chat: text only");

  private final Rooms rooms;
  private final Guest guest;
  private final WebSocketStream stream;
  private final SendQueue queue;

  Member(Rooms rooms, Guest guest, WebSocketStream stream) {
    this.rooms = rooms;
    this.guest = guest;
    this.stream = stream;
    this.queue = new SendQueue(stream, MOST_MESSAGES, MOST_BYTES, OverflowPolicy.close(TOO_SLOW));
  }

  Guest guest() {
    return guest;
  }

  /** Enters the room, and stays until the WebSocket ends. */
  void enter() {
    rooms.enter(this);
    readNext();
  }

  private void readNext() {
    stream.asyncRead(this::received);
  }

  private void received(@Nullable IOException error, @Nullable Message message) {
    if (message == null) {
      rooms.leave(this); // closed, or broken off: the stream has ended either way
      return;
    }
    if (message.kind() == MessageKind.TEXT) {
      say(message.text());
    } else {
      refuse();
    }
    readNext();
  }

  private void refuse() {
    rooms.leave(this);
    try {
      stream.asyncClose(NO_TEXT, (error, outcome) -> {}); // the read hears of the end
    } catch (OperationPendingException e) {
      // It is being closed already.
    }
  }

  private void say(String text) {
    String line = text.replaceAll("\\p{Cc}+", " ").strip(); // nobody puts words into others' mouths
    if (!line.isEmpty()) {
      rooms.say(this, line);
    }
  }

  /** Puts a message into the queue; any thread. */
  void send(PreparedMessage message) {
    queue.send(
        message,
        (error, bytes) -> {
          if (error != null) {
            rooms.leave(this); // too slow, or gone
          }
        });
  }
}
