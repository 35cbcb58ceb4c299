// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.ExtensionList;
import io.plywire.websocket.internal.protocol.ExtensionList.Extension;
import io.plywire.websocket.internal.protocol.ExtensionList.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Lists of extensions, and what is agreed on. The first three bytes choose what both sides want;
 * then come the values of the field, a line each.
 */
public final class ExtensionsFuzz {
  private static final int OPTION_BYTES = 3;

  private ExtensionsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < OPTION_BYTES) {
      return;
    }
    String text = new String(input, StandardCharsets.ISO_8859_1).substring(OPTION_BYTES);
    List<String> values = Arrays.asList(text.split("\n", -1));
    List<Extension> parsed =
        Check.allocatesAtMost(Heads.allowance(input.length), () -> ExtensionList.parse(values));
    // Lines are elements of one list, whoever joins them (RFC 9110 §5.3).
    Check.equal(ExtensionList.parse(List.of(String.join(",", values))), parsed, "joined");
    if (parsed == null) {
      Check.that(
          values.stream().anyMatch(value -> ExtensionList.parse(List.of(value)) == null),
          "refused together, accepted each");
      return;
    }
    List<String> written = parsed.stream().map(ExtensionsFuzz::write).toList();
    Check.equal(ExtensionList.parse(written), parsed, "written anew: ", written);
    negotiate(parsed, options(input[0], input[1]), options(input[0], input[2]));
  }

  private static String write(Extension extension) {
    StringBuilder text = new StringBuilder(extension.name());
    for (Parameter parameter : extension.parameters()) {
      text.append(';').append(parameter.name());
      if (parameter.value() != null) {
        text.append("=\"").append(parameter.value()).append('"');
      }
    }
    return text.toString();
  }

  /** The list is first what some client offers, and then what some server answers. */
  private static void negotiate(
      List<Extension> list, DeflateOptions client, DeflateOptions server) {
    String answer = DeflateNegotiation.answer(list, server);
    if (answer != null) {
      Extension element = single(answer);
      DeflateParameters agreed = DeflateNegotiation.judge(list, element, wide()).agreed();
      Check.that(agreed != null, "our own answer fits no offer: ", answer);
      requireWithin(agreed, server);
    }
    List<Extension> offer = List.of(single(DeflateNegotiation.offer(client)));
    for (Extension element : list) {
      if (DeflateNegotiation.isDeflate(element)) {
        DeflateNegotiation.Judgement judgement = DeflateNegotiation.judge(offer, element, client);
        Check.that((judgement.agreed() == null) != (judgement.wrong() == null), "both or none");
        if (judgement.agreed() != null) {
          requireWithin(judgement.agreed(), client);
        }
      }
    }
    // Two sides of ours agree unless the client cannot be held to what the server wants.
    String between = DeflateNegotiation.answer(offer, server);
    if (between != null) {
      Check.that(
          DeflateNegotiation.judge(offer, single(between), client).agreed() != null,
          "no agreement between ",
          offer,
          " and ",
          between);
    }
  }

  private static Extension single(String element) {
    List<Extension> parsed = ExtensionList.parse(List.of(element));
    Check.that(parsed != null && parsed.size() == 1, "not one extension: ", element);
    return parsed.get(0);
  }

  private static void requireWithin(DeflateParameters agreed, DeflateOptions options) {
    for (Role side : Role.values()) {
      Check.that(
          agreed.windowBits(side) >= 8 && agreed.windowBits(side) <= options.windowBits(side),
          "window of ",
          agreed,
          ", wanted was ",
          options);
      Check.that(
          !agreed.contextTakeover(side) || options.contextTakeover(side),
          "takeover of ",
          agreed,
          ", wanted was ",
          options);
    }
  }

  private static DeflateOptions wide() {
    return DeflateOptions.defaults().withEngine(new Engine(8));
  }

  private static DeflateOptions options(int shared, int own) {
    int min = (shared & 1) != 0 ? 15 : 8;
    return DeflateOptions.defaults()
        .withEngine(new Engine(min))
        .withContextTakeover(Role.CLIENT, (own & 1) != 0)
        .withContextTakeover(Role.SERVER, (own & 2) != 0)
        .withWindowBits(Role.CLIENT, Math.max(min, 8 + (own >> 2 & 7)))
        .withWindowBits(Role.SERVER, Math.max(min, 8 + (own >> 5 & 7)));
  }

  /** One that is only asked for what it could do. */
  private record Engine(int minWindowBits) implements DeflateEngine {
    @Override
    public String name() {
      return "of the fuzzer";
    }

    @Override
    public boolean hasMemoryLevels() {
      return true;
    }

    @Override
    public Compressor compressor(int windowBits, int level, int memoryLevel) {
      throw new AssertionError("nothing is compressed here");
    }

    @Override
    public Decompressor decompressor(int windowBits) {
      throw new AssertionError("nothing is decompressed here");
    }
  }
}
