// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import io.plywire.websocket.Acceptance;
import io.plywire.websocket.Opening;
import io.plywire.websocket.Reply;
import io.plywire.websocket.RequestHandler;
import io.plywire.websocket.UpgradeRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides who comes in: 404 for what is no room, 400 for what is no name, 401 without the token.
 */
final class Entrance implements RequestHandler {
  private static final Pattern ROOM = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  /** Without a colon, and no star in front: so nobody can be taken for a line of the chat. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,31}");

  private static final String BEARER = "Bearer ";

  private final TokenCheck tokens;

  Entrance(TokenCheck tokens) {
    this.tokens = tokens;
  }

  @Override
  public void requested(Opening opening) {
    String room = opening.parameter("room");
    String name = name(opening.request());
    if (!ROOM.matcher(room).matches()) {
      opening.reply(Reply.notFound());
    } else if (!NAME.matcher(name).matches()) {
      opening.reply(Reply.text(400, "A name has up to 32 letters, digits, spaces and . _ -\n"));
    } else {
      decide(opening, new Guest(room, name));
    }
  }

  private void decide(Opening opening, Guest guest) {
    tokens.check(
        token(opening.request()),
        right -> { // on whatever thread; the client may have left meanwhile
          if (right) {
            opening.accept(Acceptance.plain().withAttachment(guest));
          } else {
            opening.reply(Reply.unauthorized("Bearer realm=\"chat\""));
          }
        });
  }

  private static String name(UpgradeRequest request) {
    String name = request.queryParameter("name");
    return name == null ? "guest" : name;
  }

  /** Pages can set no fields, so theirs is in the query; programs do better with the field. */
  private static @Nullable String token(UpgradeRequest request) {
    String credentials = request.fields().first("Authorization");
    if (credentials != null && credentials.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return credentials.substring(BEARER.length()).strip();
    }
    return request.queryParameter("token");
  }
}
