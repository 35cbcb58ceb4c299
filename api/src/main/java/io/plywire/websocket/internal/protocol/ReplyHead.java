// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeResponse;
import org.jspecify.annotations.Nullable;

/** The response that a {@link Reply} comes to, whoever gives it, with what says where it ends. */
public final class ReplyHead {
  private ReplyHead() {}

  /**
   * Makes the response of a reply.
   *
   * @param length how long the body is, of a file or not
   * @param persists whether another request may follow
   * @param bodiless whether the body is left out
   */
  public static UpgradeResponse of(Reply reply, long length, boolean persists, boolean bodiless) {
    HttpFields fields = reply.fields();
    String connection = persists ? "keep-alive" : "close";
    if (reply.status() == 426) {
      // RFC 9110 §15.5.22: what to upgrade to; RFC 6455 §4.4: the version of it.
      fields.add("Upgrade", "websocket").add("Sec-WebSocket-Version", "13");
      connection = "Upgrade, " + connection;
    }
    fields.add("Connection", connection);
    if (hasLength(reply.status())) {
      fields.add("Content-Length", Long.toString(length));
    }
    return new UpgradeResponse(
        reply.status(),
        StatusPhrase.of(reply.status()),
        fields,
        bodiless ? new byte[0] : reply.body());
  }

  private static boolean hasLength(int status) {
    return status != 204 && status != 304;
  }

  /**
   * Judges such a response, as a decorator has left it.
   *
   * @return null if it can be sent
   */
  public static @Nullable Violation validate(
      UpgradeResponse response, long length, boolean persists) {
    SentFields sent =
        new SentFields("response", response.fields())
            .onceWithToken("Connection", persists ? "keep-alive" : "close")
            .atMostOnce("Upgrade")
            .atMostOnce("Content-Type")
            .never("Transfer-Encoding");
    return (hasLength(response.status())
            ? sent.onceWith("Content-Length", Long.toString(length))
            : sent.never("Content-Length"))
        .violation();
  }
}
