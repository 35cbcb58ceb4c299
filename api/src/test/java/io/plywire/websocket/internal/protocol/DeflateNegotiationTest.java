// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.DeflateNegotiation.Judgement;
import io.plywire.websocket.internal.protocol.ExtensionList.Extension;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692 section 7.1, row by row; {@code pmd} stands for the name of the extension. */
class DeflateNegotiationTest {

  // ---- the server

  /**
   * What a server answers. It demands windows of at most {@code server} and {@code client} bits,
   * and its engine compresses with {@code least} or more.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # offers                                            | server | client | least | answer
          pmd                                                 | 15 | 15 |  8 | pmd
          pmd                                                 | 15 | 15 | 15 | pmd
          PERMESSAGE-Deflate                                  | 15 | 15 | 15 | pmd
          pmd; server_max_window_bits=15                      | 15 | 15 | 15 | pmd; server_max_window_bits=15
          pmd; server_max_window_bits=12                      | 15 | 15 |  8 | pmd; server_max_window_bits=12
          pmd; server_max_window_bits="12"                    | 15 | 15 |  8 | pmd; server_max_window_bits=12
          pmd; Server_Max_Window_Bits=12                      | 15 | 15 |  8 | pmd; server_max_window_bits=12
          pmd; server_max_window_bits=12                      | 10 | 15 |  8 | pmd; server_max_window_bits=10
          pmd; server_max_window_bits=10                      | 12 | 15 |  8 | pmd; server_max_window_bits=10
          pmd                                                 | 10 | 15 |  8 | pmd; server_max_window_bits=10
          # 94: declined if it cannot be done, and never answered with more
          pmd; server_max_window_bits=8                       | 15 | 15 |  8 | pmd; server_max_window_bits=8
          pmd; server_max_window_bits=8                       | 15 | 15 |  9 |
          pmd; server_max_window_bits=8                       | 15 | 15 | 15 |
          pmd; server_max_window_bits=14                      | 15 | 15 | 15 |
          # 97: a client that does not say so cannot be held to a window
          pmd                                                 | 15 | 10 |  8 |
          pmd; server_max_window_bits=10                      | 15 | 10 |  8 |
          # 98: one that does can
          pmd; client_max_window_bits                         | 15 | 10 |  8 | pmd; client_max_window_bits=10
          pmd; client_max_window_bits                         | 15 | 10 | 15 | pmd; client_max_window_bits=10
          pmd; client_max_window_bits                         | 15 | 15 | 15 | pmd
          pmd; client_max_window_bits=15                      | 15 | 15 | 15 | pmd
          pmd; client_max_window_bits=9                       | 15 | 15 | 15 | pmd; client_max_window_bits=9
          pmd; client_max_window_bits=9                       | 15 | 12 | 15 | pmd; client_max_window_bits=9
          pmd; client_max_window_bits=12                      | 15 |  9 | 15 | pmd; client_max_window_bits=9
          pmd; client_max_window_bits="8"                     | 15 | 15 | 15 | pmd; client_max_window_bits=8
          # 95 and 96: the first offer that fits, among those of any extension
          pmd; server_max_window_bits=8, pmd                  | 15 | 15 | 15 | pmd
          pmd; x=1, pmd; server_max_window_bits=9, pmd        | 15 | 15 |  9 | pmd; server_max_window_bits=9
          pmd, pmd; client_max_window_bits                    | 15 | 10 |  8 | pmd; client_max_window_bits=10
          pmd; server_max_window_bits=9, pmd; server_max_window_bits=10 | 15 | 15 | 8 | pmd; server_max_window_bits=9
          x-foo; a=1, pmd                                     | 15 | 15 | 15 | pmd
          x-foo; server_max_window_bits=8, pmd                | 15 | 15 | 15 | pmd
          x-foo                                               | 15 | 15 | 15 |
          """)
  void answersTheFirstOfferThatFits(
      String offers, int server, int client, int least, @Nullable String answer) {
    DeflateOptions options =
        DeflateOptions.defaults()
            .withEngine(new Engine(least))
            .withWindowBits(Role.SERVER, server)
            .withWindowBits(Role.CLIENT, client);
    assertThat(DeflateNegotiation.answer(extensions(offers), options)).isEqualTo(full(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # offer                                                       | server | client | answer
          pmd                                                           | true  | true  | pmd
          pmd; server_no_context_takeover                               | true  | true  | pmd; server_no_context_takeover
          pmd; client_no_context_takeover                               | true  | true  | pmd; client_no_context_takeover
          pmd; client_no_context_takeover; server_no_context_takeover   | true  | true  | pmd; server_no_context_takeover; client_no_context_takeover
          pmd                                                           | false | true  | pmd; server_no_context_takeover
          pmd                                                           | true  | false | pmd; client_no_context_takeover
          pmd; server_no_context_takeover                               | false | false | pmd; server_no_context_takeover; client_no_context_takeover
          """)
  void answersTheTakeoverThatBothWant(String offer, boolean server, boolean client, String answer) {
    DeflateOptions options =
        DeflateOptions.defaults()
            .withContextTakeover(Role.SERVER, server)
            .withContextTakeover(Role.CLIENT, client);
    assertThat(DeflateNegotiation.answer(extensions(offer), options)).isEqualTo(full(answer));
  }

  /** 99: one wrong parameter, and the offer is none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "x=1",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=08",
        "server_max_window_bits=010",
        "server_max_window_bits=+9",
        "server_max_window_bits=a",
        "server_max_window_bits=111111111111",
        "server_max_window_bits=10; server_max_window_bits=10",
        "server_max_window_bits=10; SERVER_max_window_bits=11",
        "client_max_window_bits=7",
        "client_max_window_bits=16",
        "client_max_window_bits=08",
        "client_max_window_bits=x",
        "client_max_window_bits; client_max_window_bits",
        "client_max_window_bits; client_max_window_bits=10",
        "client_max_window_bits=10; client_max_window_bits",
        "server_no_context_takeover=1",
        "server_no_context_takeover=true",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover=0",
        "client_no_context_takeover; client_no_context_takeover"
      })
  void aWrongParameterSpoilsAnOfferAndAnAnswer(String parameters) {
    DeflateOptions options = DeflateOptions.defaults().withEngine(new Engine(8));
    List<Extension> wrong = extensions("pmd; " + parameters);
    assertThat(DeflateNegotiation.answer(wrong, options)).isNull();
    assertThat(DeflateNegotiation.agreed(wrong)).isNull();
    List<Extension> offers = extensions("pmd; client_max_window_bits");
    Judgement judgement = DeflateNegotiation.judge(offers, wrong.get(0), options);
    assertThat(judgement.agreed()).isNull();
    assertThat(judgement.wrong()).contains("unknown, repeated or malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pmd; server_max_window_bits=",
        "pmd; server_max_window_bits=\"\"",
        "pmd; client_max_window_bits=",
        "pmd; client_max_window_bits=\"",
        "pmd; =1",
        "pmd;",
        "pmd; ;",
        "; pmd"
      })
  void whatBreaksTheGrammarIsNoList(String offers) {
    assertThat(ExtensionList.parse(List.of(full(offers)))).isNull();
  }

  @Test
  void aServerKnowsWhatItAnswered() {
    assertThat(DeflateNegotiation.agreed(extensions("x-foo, pmd; server_max_window_bits=9")))
        .isEqualTo(new DeflateParameters(9, 15, true, true));
    assertThat(
            DeflateNegotiation.agreed(
                extensions("pmd; client_max_window_bits=8; client_no_context_takeover")))
        .isEqualTo(new DeflateParameters(15, 8, true, false));
    assertThat(DeflateNegotiation.agreed(extensions("x-foo"))).isNull();
  }

  // ---- the client

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # server | client | least | offer
          15 | 15 | 15 | pmd
          15 | 15 | 14 | pmd; client_max_window_bits
          15 | 15 |  8 | pmd; client_max_window_bits
          15 | 10 |  8 | pmd; client_max_window_bits=10
          15 |  8 |  8 | pmd; client_max_window_bits=8
          10 | 15 | 15 | pmd; server_max_window_bits=10
          8  | 15 | 15 | pmd; server_max_window_bits=8
          10 | 15 |  9 | pmd; server_max_window_bits=10; client_max_window_bits
          """)
  void offersItsWindowIfItCanBeLimited(int server, int client, int least, String offer) {
    DeflateOptions options =
        DeflateOptions.defaults()
            .withEngine(new Engine(least))
            .withWindowBits(Role.SERVER, server)
            .withWindowBits(Role.CLIENT, client);
    assertThat(DeflateNegotiation.offer(options)).isEqualTo(full(offer));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, ''",
    "false, true, '; server_no_context_takeover'",
    "true, false, '; client_no_context_takeover'",
    "false, false, '; server_no_context_takeover; client_no_context_takeover'"
  })
  void offersToDoWithoutTakeover(boolean server, boolean client, String parameters) {
    DeflateOptions options =
        DeflateOptions.defaults()
            .withContextTakeover(Role.SERVER, server)
            .withContextTakeover(Role.CLIENT, client);
    assertThat(DeflateNegotiation.offer(options)).isEqualTo(full("pmd" + parameters));
  }

  /** What is agreed on, as "server bits, client bits" and "fresh" behind those of no takeover. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # offers                           | answer                                    | least | agreed
          pmd                                | pmd                                       | 15 | 15 15
          pmd                                | Permessage-DEFLATE                        | 15 | 15 15
          pmd                                | pmd; server_max_window_bits=9             | 15 | 9 15
          pmd                                | pmd; server_max_window_bits=8             | 15 | 8 15
          pmd                                | pmd; server_max_window_bits="8"           | 15 | 8 15
          pmd                                | pmd; server_no_context_takeover           | 15 | 15fresh 15
          pmd                                | pmd; client_no_context_takeover           | 15 | 15 15fresh
          pmd; server_no_context_takeover    | pmd; server_no_context_takeover           | 15 | 15fresh 15
          pmd; client_no_context_takeover    | pmd                                       | 15 | 15 15
          pmd; client_max_window_bits        | pmd                                       |  8 | 15 15
          pmd; client_max_window_bits        | pmd; client_max_window_bits=8             |  8 | 15 8
          pmd; client_max_window_bits=10     | pmd; client_max_window_bits=9             |  8 | 15 9
          pmd; client_max_window_bits=10     | pmd; client_max_window_bits=12            |  8 | 15 12
          pmd; server_max_window_bits=10     | pmd; server_max_window_bits=10            |  8 | 10 15
          pmd; server_max_window_bits=10     | pmd; server_max_window_bits=8             |  8 | 8 15
          pmd; server_max_window_bits=10, pmd | pmd                                      |  8 | 15 15
          x-foo, pmd; server_max_window_bits=10 | pmd; server_max_window_bits=9          |  8 | 9 15
          """)
  void anAnswerThatFitsAnOfferIsTaken(String offers, String answer, int least, String agreed) {
    DeflateOptions options = DeflateOptions.defaults().withEngine(new Engine(least));
    Judgement judgement =
        DeflateNegotiation.judge(extensions(offers), extensions(answer).get(0), options);
    assertThat(judgement.wrong()).isNull();
    DeflateParameters parameters = judgement.agreed();
    assertThat(brief(parameters, Role.SERVER) + " " + brief(parameters, Role.CLIENT))
        .isEqualTo(agreed);
  }

  /** 100: an answer that no offer allows fails the handshake. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # offers                           | answer                             | least | wrong
          pmd; server_max_window_bits=10     | pmd; server_max_window_bits=15     |  8 | fits none of the offers
          pmd; server_max_window_bits=10     | pmd; server_max_window_bits=11     |  8 | fits none of the offers
          pmd; server_max_window_bits=10     | pmd                                |  8 | fits none of the offers
          pmd; server_no_context_takeover    | pmd                                |  8 | fits none of the offers
          pmd                                | pmd; client_max_window_bits=15     |  8 | fits none of the offers
          pmd                                | pmd; client_max_window_bits=10     |  8 | fits none of the offers
          x-foo                              | pmd                                |  8 | fits none of the offers
          pmd; x=1                           | pmd                                |  8 | fits none of the offers
          pmd; client_max_window_bits        | pmd; client_max_window_bits        |  8 | unknown, repeated or malformed
          pmd; client_max_window_bits        | pmd; client_max_window_bits=8      |  9 | asks for a window of 8 bits, and the engine 'fake' needs 9
          pmd; client_max_window_bits        | pmd; client_max_window_bits=14     | 15 | asks for a window of 14 bits, and the engine 'fake' needs 15
          """)
  void anAnswerThatFitsNoOfferIsRefused(String offers, String answer, int least, String wrong) {
    DeflateOptions options = DeflateOptions.defaults().withEngine(new Engine(least));
    Judgement judgement =
        DeflateNegotiation.judge(extensions(offers), extensions(answer).get(0), options);
    assertThat(judgement.agreed()).isNull();
    assertThat(judgement.wrong()).contains(wrong);
  }

  /** What a client said about itself holds, though the server's answer would allow more. */
  @Test
  void aClientKeepsToItsOwnOptions() {
    DeflateOptions options =
        DeflateOptions.defaults()
            .withEngine(new Engine(8))
            .withWindowBits(Role.CLIENT, 10)
            .withContextTakeover(Role.CLIENT, false);
    List<Extension> offers = extensions(DeflateNegotiation.offer(options));
    assertThat(DeflateNegotiation.judge(offers, extensions("pmd").get(0), options).agreed())
        .isEqualTo(new DeflateParameters(15, 10, true, false));
  }

  /** Both sides by this code, in every combination of windows and takeover. */
  @Test
  void clientAndServerAlwaysAgreeOnTheSame() {
    for (int combination = 0; combination < 36 * 36; combination++) {
      DeflateOptions client = options(combination % 36);
      DeflateOptions server = options(combination / 36);
      List<Extension> offers = extensions(DeflateNegotiation.offer(client));
      String answer = DeflateNegotiation.answer(offers, server);
      if (answer == null) { // though this engine can be held to every window
        throw new AssertionError(client + " and " + server + " do not agree");
      }
      List<Extension> answered = extensions(answer);
      DeflateParameters theirs = DeflateNegotiation.judge(offers, answered.get(0), client).agreed();
      DeflateParameters ours = DeflateNegotiation.agreed(answered);
      if (!ours.equals(theirs)
          || ours.serverWindowBits() > client.windowBits(Role.SERVER)
          || ours.serverWindowBits() > server.windowBits(Role.SERVER)
          || ours.clientWindowBits() > client.windowBits(Role.CLIENT)
          || ours.clientWindowBits() > server.windowBits(Role.CLIENT)) {
        throw new AssertionError(client + " and " + server + " agree on " + theirs + ", " + ours);
      }
    }
  }

  /** One of 36 options: three windows for each side, and the two takeovers. */
  private static DeflateOptions options(int number) {
    int[] windows = {8, 11, 15};
    return DeflateOptions.defaults()
        .withEngine(new Engine(8))
        .withContextTakeover(Role.SERVER, number % 2 == 0)
        .withContextTakeover(Role.CLIENT, number / 2 % 2 == 0)
        .withWindowBits(Role.SERVER, windows[number / 4 % 3])
        .withWindowBits(Role.CLIENT, windows[number / 12]);
  }

  // ---- shorthand

  private static List<Extension> extensions(String list) {
    List<Extension> extensions = ExtensionList.parse(List.of(full(list)));
    assertThat(extensions).as(list).isNotNull();
    return extensions;
  }

  private static String full(@Nullable String list) {
    return list == null ? null : list.replace("pmd", DeflateNegotiation.NAME);
  }

  private static String brief(DeflateParameters parameters, Role side) {
    return parameters.windowBits(side) + (parameters.contextTakeover(side) ? "" : "fresh");
  }

  /** An engine that nobody compresses with. */
  private record Engine(int minWindowBits) implements DeflateEngine {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public boolean hasMemoryLevels() {
      return false;
    }

    @Override
    public Compressor compressor(int windowBits, int level, int memoryLevel) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Decompressor decompressor(int windowBits) {
      throw new UnsupportedOperationException();
    }
  }
}
