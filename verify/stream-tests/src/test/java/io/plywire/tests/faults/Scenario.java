// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import java.io.IOException;

/**
 * The conversations that must survive every pipe, and end properly at every failure. A scenario
 * starts operations and lets the executor run; it judges nothing on the way, for it may be
 * disturbed anywhere, and leaves behind what it expects of an undisturbed performance.
 */
enum Scenario {
  OPENING {
    @Override
    void play(Stage s) {
      s.beginOpening();
      s.run();
      closeByServer(s);
    }
  },

  MESSAGES {
    @Override
    void play(Stage s) {
      PatientReader atClient = s.read(s.client);
      PatientReader atServer = s.read(s.server);
      String longText = "gr\u00fc\u00dfe \ud83d\ude00 ".repeat(7);
      s.write(s.client, "short");
      s.write(s.server, longText);
      s.run();
      s.write(s.client, "");
      s.server.writeKind(MessageKind.BINARY);
      s.write(s.server, "binary");
      s.run();
      s.writeSome(s.client, false, longText);
      s.run();
      s.writeSome(s.client, true, "");
      s.run();
      s.expect(() -> assertThat(atClient.messages()).containsExactly(longText, "binary"));
      s.expect(() -> assertThat(atServer.messages()).containsExactly("short", "", longText));
      s.expect(() -> assertThat(s.h.fromServer.briefs().get(0)).isEqualTo("TEXT+(16)"));
      closeByClient(s);
    }
  },

  PINGS_IN_A_MESSAGE {
    @Override
    void play(Stage s) {
      PatientReader atClient = s.read(s.client);
      PatientReader atServer = s.read(s.server);
      s.writeSome(s.client, false, "Hello, ");
      s.run();
      s.ping(s.client, "between");
      s.pong(s.client, "unasked");
      s.run();
      s.write(s.client, "w".repeat(60));
      s.ping(s.client, "beside");
      s.run();
      s.write(s.server, "answer");
      s.run();
      s.expect(() -> assertThat(atServer.messages()).containsExactly("Hello, " + "w".repeat(60)));
      s.expect(() -> assertThat(atClient.messages()).containsExactly("answer"));
      s.expect(() -> assertThat(s.h.fromServer.briefs()).contains("PONG(7)", "PONG(6)"));
      closeByServer(s);
    }
  },

  COMPRESSED_MESSAGES {
    @Override
    boolean compresses() {
      return true;
    }

    @Override
    void play(Stage s) {
      PatientReader atClient = s.read(s.client);
      PatientReader atServer = s.read(s.server);
      String longText = "gr\u00fc\u00dfe \ud83d\ude00 0123456789 abcdefgh ".repeat(3);
      s.write(s.client, longText);
      s.write(s.server, longText);
      s.run();
      s.write(s.client, "");
      s.server.flushParts(true);
      s.writeSome(s.server, false, "flushed, ");
      s.run();
      s.write(s.server, "ended");
      s.writeSome(s.client, false, "held back, ");
      s.ping(s.client, "between");
      s.run();
      s.write(s.client, "ended");
      s.run();
      s.expect(() -> assertThat(atClient.messages()).containsExactly(longText, "flushed, ended"));
      s.expect(
          () -> assertThat(atServer.messages()).containsExactly(longText, "", "held back, ended"));
      s.expect(() -> assertThat(s.h.fromServer.inflated()).hasSize(2));
      s.expect(() -> assertThat(s.h.fromClient.inflated()).hasSize(3));
      closeByClient(s);
    }
  },

  CLIENT_CLOSES {
    @Override
    void play(Stage s) {
      closeByClient(s);
    }
  },

  SERVER_CLOSES {
    @Override
    void play(Stage s) {
      closeByServer(s);
    }
  },

  BOTH_CLOSE {
    @Override
    void play(Stage s) {
      PatientReader atClient = s.read(s.client);
      Recorded<CloseOutcome> one = s.close(s.client, 4001);
      Recorded<CloseOutcome> two = s.close(s.server, 4002);
      s.run();
      s.expect(() -> assertThat(one.result().code()).isEqualTo(4002));
      s.expect(() -> assertThat(two.result().code()).isEqualTo(4001));
      s.expect(() -> assertClosed(atClient.end(), 4002));
    }
  },

  CLOSE_AMONG_DATA {
    @Override
    void play(Stage s) {
      PatientReader atClient = s.read(s.client);
      s.write(s.server, "s".repeat(40));
      Recorded<CloseOutcome> close = s.close(s.client, 4000);
      PatientReader atServer = s.read(s.server);
      s.ping(s.server, "late");
      s.run();
      s.expect(() -> assertThat(close.result().handshakeComplete()).isTrue());
      s.expect(() -> assertClosed(atClient.end(), 4000));
      s.expect(() -> assertClosed(atServer.end(), 4000));
    }
  },

  CLOSE_WITHOUT_READS {
    @Override
    void play(Stage s) {
      s.write(s.server, "never read");
      Recorded<CloseOutcome> one = s.close(s.client, 4001);
      s.run();
      Recorded<CloseOutcome> two = s.close(s.server, 4002);
      s.run();
      s.expect(() -> assertThat(one.result().handshakeComplete()).isTrue());
      s.expect(() -> assertThat(two.result().handshakeComplete()).isTrue());
    }
  },

  KEEP_ALIVE {
    @Override
    void play(Stage s) {
      PatientReader atClient = s.read(s.client);
      PatientReader atServer = s.read(s.server);
      s.pass(60); // as neither would survive without pings
      s.write(s.client, "still here");
      s.run();
      s.expect(() -> assertThat(atServer.messages()).containsExactly("still here"));
      s.expect(() -> assertThat(s.h.fromServer.frames().size()).isGreaterThan(5));
      closeByClient(s);
      s.expect(() -> assertClosed(atClient.end(), 1001));
    }
  },

  VIOLATION(true) {
    @Override
    void play(Stage s) {
      PatientReader reader = s.read(s.server);
      s.write(s.server, "w".repeat(40));
      s.rawClient.send(Frame.text("fine").mask(), Frame.text("bad").withRsv(7).mask());
      s.run();
      s.rawClient.stop();
      s.run();
      s.expect(() -> assertThat(reader.messages()).containsExactly("fine"));
      s.expect(() -> assertFailed(reader.end(), WebSocketError.BAD_RESERVED_BITS));
      s.expect(() -> assertThat(s.h.fromServer.isClosed()).isTrue());
    }
  },

  SILENT_PEER(true) {
    @Override
    void play(Stage s) {
      PatientReader reader = s.read(s.server);
      s.pass(13);
      s.write(s.server, "anybody?");
      s.pass(1);
      s.expect(() -> assertThat(reader.end()).hasMessageContaining("for 7 s after a ping"));
      s.expect(() -> assertThat(s.h.fromServer.briefs()).containsExactly("PING(0)", "TEXT(8)"));
    }
  };

  final boolean raw;

  Scenario() {
    this(false);
  }

  Scenario(boolean raw) {
    this.raw = raw;
  }

  /** Tells whether the opening handshake is part of what may be disturbed. */
  boolean opens() {
    return this == OPENING;
  }

  /** Tells whether the streams agree on compression. */
  boolean compresses() {
    return false;
  }

  abstract void play(Stage s);

  private static void closeByClient(Stage s) {
    s.read(s.server);
    Recorded<CloseOutcome> close = s.close(s.client, 1001);
    s.run();
    s.expect(() -> assertThat(close.result().code()).isEqualTo(1001));
    s.expect(() -> assertThat(close.result().handshakeComplete()).isTrue());
    s.expect(() -> assertClosed(s.server.closeOutcome(), 1001));
  }

  private static void closeByServer(Stage s) {
    s.read(s.client);
    Recorded<CloseOutcome> close = s.close(s.server, 1001);
    s.run();
    s.expect(() -> assertThat(close.result().handshakeComplete()).isTrue());
    s.expect(() -> assertClosed(s.client.closeOutcome(), 1001));
  }

  private static void assertClosed(CloseOutcome outcome, int code) {
    assertThat(outcome.handshakeComplete()).isTrue();
    assertThat(outcome.transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    assertThat(outcome.code()).isEqualTo(code);
  }

  private static void assertClosed(IOException end, int code) {
    assertFailed(end, WebSocketError.CLOSED);
    assertClosed(((WebSocketException) end).outcome(), code);
  }

  private static void assertFailed(IOException end, WebSocketError code) {
    assertThat(end).isInstanceOf(WebSocketException.class);
    assertThat(((WebSocketException) end).error()).isEqualTo(code);
  }
}
