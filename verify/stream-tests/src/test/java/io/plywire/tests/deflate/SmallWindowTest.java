// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jzlib.Inflater;
import com.jcraft.jzlib.JZlib;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.stream.Role;
import io.plywire.tests.support.CountingEngine;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.tests.support.WireValidator;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows below 32 KiB: what was agreed on is kept to, which a decompressor with exactly that
 * window shows.
 */
class SmallWindowTest {
  /** Before anything connects or listens, since nobody could be told later. */
  @Test
  void whatTheEngineCannotDoIsRefusedWhereItIsAskedFor() {
    for (Role role : Role.values()) {
      WebSocketOptions options =
          with(DeflateOptions.defaults().withEngine(DeflateEngine.jdk()).withWindowBits(role, 12));
      assertThatThrownBy(
              () -> {
                if (role == Role.CLIENT) {
                  WebSocketClient.builder().options(options).build();
                } else {
                  WebSocketServer.builder()
                      .options(options)
                      .listen("ws+memory://infeasible", (ws, request) -> {});
                }
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("DeflateOptions.withEngine");
    }
  }

  private final CountingEngine engine = new CountingEngine(new JzlibEngine());

  @AfterEach
  void nothingOfTheEngineIsLeft() {
    assertThat(engine.compressors()).isZero();
    assertThat(engine.decompressors()).isZero();
  }

  private DeflateOptions small() {
    return DeflateOptions.defaults().withEngine(engine);
  }

  private static WebSocketOptions with(DeflateOptions deflate) {
    return Harness.quiet().withDeflate(deflate);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8", "8, 15", "15, 8", "9, 10", "10, 9", "11, 12", "12, 11", "13, 14", "14, 13", "15, 15"
  })
  void aConversationInTheWindowsOfTheServersChoice(int server, int client) throws Exception {
    DeflateOptions choice =
        small().withWindowBits(Role.SERVER, server).withWindowBits(Role.CLIENT, client);
    converse(small(), choice, new DeflateParameters(server, client, true, true));
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "8, 15", "15, 8", "9, 10", "12, 11", "14, 13"})
  void aConversationInTheWindowsOfTheClientsChoice(int server, int client) throws Exception {
    DeflateOptions choice =
        small().withWindowBits(Role.SERVER, server).withWindowBits(Role.CLIENT, client);
    converse(choice, small(), new DeflateParameters(server, client, true, true));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 11, 15})
  void aConversationWithoutTakeover(int bits) throws Exception {
    DeflateOptions choice =
        small()
            .withWindowBits(Role.SERVER, bits)
            .withWindowBits(Role.CLIENT, bits)
            .withContextTakeover(Role.SERVER, false)
            .withContextTakeover(Role.CLIENT, false);
    converse(choice, small(), new DeflateParameters(bits, bits, false, false));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 9", "9, 1", "5, 6"})
  void aConversationAtOtherLevels(int memoryLevel, int level) throws Exception {
    DeflateOptions choice = small().withMemoryLevel(memoryLevel).withLevel(level);
    converse(choice, choice, new DeflateParameters(15, 15, true, true));
  }

  private void converse(DeflateOptions client, DeflateOptions server, DeflateParameters agreed)
      throws Exception {
    try (Harness h = new Harness()) {
      WebSocketStream clientStream = h.client(with(client));
      WebSocketStream serverStream = h.server(with(server));
      h.open(clientStream, serverStream);
      assertThat(clientStream.deflate()).isEqualTo(agreed);
      assertThat(serverStream.deflate()).isEqualTo(agreed);
      String[] texts = texts();
      for (String text : texts) {
        say(h, clientStream, serverStream, text);
        say(h, serverStream, clientStream, text);
      }
      h.executor.advance(Duration.ofMinutes(1)); // what was lent and is idle is freed
      assertThat(engine.compressors()).isEqualTo(agreed.serverContextTakeover() ? 2 : 0);
      assertThat(engine.decompressors()).isEqualTo(agreed.serverContextTakeover() ? 2 : 0);
      for (Role side : Role.values()) {
        WireValidator wire = side == Role.CLIENT ? h.fromClient : h.fromServer;
        boolean takeover = agreed.contextTakeover(side);
        assertThat(inflated(wire.frames(), agreed.windowBits(side), takeover))
            .containsExactly(texts);
      }
    }
  }

  private static void say(Harness h, WebSocketStream from, WebSocketStream to, String text) {
    Received read = h.read(to);
    Recorded<Long> write = h.write(from, text);
    h.run();
    assertThat(write.result()).isEqualTo(text.length());
    assertThat(read.text()).isEqualTo(text);
  }

  /** Texts, each of which repeats at every distance what the ones before it said. */
  private static String[] texts() {
    Random random = new Random(11);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      all.append((char) (' ' + random.nextInt(90)));
    }
    String[] texts = new String[12];
    for (int i = 0; i < texts.length; i++) {
      int start = all.length();
      int length = i == 3 ? 50_000 : i * 200;
      while (all.length() < start + length) {
        int from = all.length() - 1 - random.nextInt(Math.min(all.length() - 1, 40_000));
        int to = Math.min(all.length(), from + 3 + random.nextInt(60));
        all.append(all, from, to);
      }
      texts[i] = all.substring(start);
    }
    return texts;
  }

  /** Inflates messages with a window of exactly a size. */
  private static List<String> inflated(List<Frame> frames, int windowBits, boolean takeover)
      throws Exception {
    List<String> messages = new ArrayList<>();
    Inflater inflater = new Inflater(windowBits, JZlib.W_NONE);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      message.writeBytes(frame.payload());
      if (frame.fin()) {
        message.writeBytes(new byte[] {0, 0, -1, -1});
        byte[] out = new byte[100_000];
        inflater.setInput(message.toByteArray());
        inflater.setOutput(out);
        assertThat(inflater.inflate(JZlib.Z_SYNC_FLUSH)).isEqualTo(JZlib.Z_OK);
        assertThat(inflater.getAvailIn()).isZero();
        messages.add(new String(out, 0, inflater.getNextOutIndex(), StandardCharsets.UTF_8));
        message.reset();
        if (!takeover) {
          inflater = new Inflater(windowBits, JZlib.W_NONE);
        }
      }
    }
    return messages;
  }

  // ---- a server and its offers

  /** Returns what a server answers to an offer, or null for nothing. */
  private static String answer(DeflateOptions options, String offer) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(with(options));
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request("Sec-WebSocket-Extensions: permessage-deflate" + offer));
      h.run();
      accept.result();
      String field = "Sec-WebSocket-Extensions: permessage-deflate";
      String answer =
          Arrays.stream(peer.receivedText().split("\r\n"))
              .filter(line -> line.startsWith(field))
              .findAny()
              .orElse(null);
      assertThat(server.deflate() == null).isEqualTo(answer == null);
      peer.forgetHead();
      Recorded<Long> write = h.write(server, "Hello");
      h.run();
      assertThat(write.result()).isEqualTo(5);
      assertThat(peer.frames().get(0).rsv()).isEqualTo(answer == null ? 0 : 4);
      return answer == null ? null : answer.substring(field.length());
    }
  }

  /** 94: a server that cannot do what is asked for goes without, and never answers more. */
  @Test
  void aWindowOf256BytesIsKeptOrDeclined() {
    assertThat(answer(small(), "; server_max_window_bits=8"))
        .isEqualTo("; server_max_window_bits=8");
    DeflateOptions jdk = DeflateOptions.defaults().withEngine(DeflateEngine.jdk());
    assertThat(answer(jdk, "; server_max_window_bits=8")).isNull();
    assertThat(answer(jdk, "; server_max_window_bits=14")).isNull();
    assertThat(answer(jdk, "; server_max_window_bits=15")).isEqualTo("; server_max_window_bits=15");
    assertThat(answer(jdk, "; server_max_window_bits=8, permessage-deflate")).isEmpty();
  }

  /** 97 and 98: a client can be held to a window only if it says that it can. */
  @Test
  void aClientIsLimitedIfItSaysSo() {
    DeflateOptions ten = small().withWindowBits(Role.CLIENT, 10);
    assertThat(answer(ten, "")).isNull();
    assertThat(answer(ten, "; server_max_window_bits=12")).isNull();
    assertThat(answer(ten, "; client_max_window_bits")).isEqualTo("; client_max_window_bits=10");
    assertThat(answer(ten, "; client_max_window_bits=9")).isEqualTo("; client_max_window_bits=9");
    assertThat(answer(ten, "; client_max_window_bits=12")).isEqualTo("; client_max_window_bits=10");
    assertThat(answer(small(), "; client_max_window_bits")).isEmpty();
  }

  // ---- a client and the answers

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 14})
  void aClientKeepsToTheWindowItIsTold(int bits) throws Exception {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(with(small()));
      String field = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=" + bits;
      RawPeer peer = h.openClient(client, field);
      assertThat(client.deflate()).isEqualTo(new DeflateParameters(15, bits, true, true));
      String[] texts = texts();
      for (String text : texts) {
        Recorded<Long> write = h.write(client, text);
        h.run();
        assertThat(write.result()).isEqualTo(text.length());
      }
      assertThat(inflated(peer.frames(), bits, true)).containsExactly(texts);
    }
  }

  @Test
  void aClientThatCannotBeLimitedIsNotTold() {
    try (Harness h = new Harness()) {
      WebSocketStream client =
          h.client(with(DeflateOptions.defaults().withEngine(DeflateEngine.jdk())));
      RawPeer peer = h.raw(Role.SERVER);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/", handshake);
      h.run();
      assertThat(peer.receivedText())
          .contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
      peer.send(
          RawPeer.response(
              peer.receivedText(),
              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10"));
      h.run();
      handshake.assertFailed(WebSocketError.BAD_EXTENSION);
    }
  }

  /**
   * 100: a server that was asked for a window of 10 bits and answers with a larger one, or none.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "; server_max_window_bits=11", "; server_max_window_bits=15"})
  void aServerHasToKeepToTheOffer(String answer) {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(with(small().withWindowBits(Role.SERVER, 10)));
      RawPeer peer = h.raw(Role.SERVER);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/", handshake);
      h.run();
      assertThat(peer.receivedText())
          .contains("permessage-deflate; server_max_window_bits=10; client_max_window_bits\r\n");
      peer.send(
          RawPeer.response(
              peer.receivedText(), "Sec-WebSocket-Extensions: permessage-deflate" + answer));
      h.run();
      handshake.assertFailed(WebSocketError.BAD_EXTENSION);
    }
  }

  // ---- many messages

  @ParameterizedTest
  @EnumSource(Role.class)
  void thousandsOfMessagesInTheSmallestWindow(Role sender) throws Exception {
    DeflateOptions eight =
        small().withWindowBits(Role.SERVER, 8).withWindowBits(Role.CLIENT, 8).withMemoryLevel(1);
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(with(eight));
      WebSocketStream server = h.server(with(eight));
      h.open(client, server);
      WebSocketStream from = sender == Role.CLIENT ? client : server;
      WebSocketStream to = sender == Role.CLIENT ? server : client;
      Random random = new Random(7);
      for (int i = 0; i < 3000; i++) {
        say(h, from, to, "{\"id\":" + i + ",\"value\":" + random.nextInt(1000) + "}");
      }
      WireValidator wire = sender == Role.CLIENT ? h.fromClient : h.fromServer;
      assertThat(inflated(wire.frames(), 8, true)).hasSize(3000);
      assertThat(engine.made()).isEqualTo(2);
    }
  }
}
