// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.ExtensionList.Extension;
import io.plywire.websocket.internal.protocol.ExtensionList.Parameter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on permessage-deflate (RFC 7692 section 7.1): what a client offers, what a server answers,
 * and whether the answer fits the offer.
 */
public final class DeflateNegotiation {
  /** The registered name of the extension. */
  public static final String NAME = "permessage-deflate";

  private static final String SERVER_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";

  private static final int ABSENT = 0;
  private static final int BARE = -1;

  private final boolean serverTakeover;
  private final boolean clientTakeover;
  private final int serverBits; // 8 to 15, or ABSENT
  private final int clientBits; // 8 to 15, ABSENT or BARE

  private DeflateNegotiation(
      boolean serverTakeover, boolean clientTakeover, int serverBits, int clientBits) {
    this.serverTakeover = serverTakeover;
    this.clientTakeover = clientTakeover;
    this.serverBits = serverBits;
    this.clientBits = clientBits;
  }

  /** Returns whether an element of a list is this extension. */
  public static boolean isDeflate(Extension extension) {
    return extension.name().toLowerCase(Locale.ROOT).equals(NAME);
  }

  /**
   * Checks that the engine can do what the options ask of a side.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireFeasible(DeflateOptions options, Role own) {
    DeflateEngine engine = options.engine();
    int bits = options.windowBits(own);
    if (bits < engine.minWindowBits()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the deflate engine '%s' compresses with window bits %d or more, not with %d; see %s",
              engine.name(),
              engine.minWindowBits(),
              bits,
              "DeflateOptions.withEngine"));
    }
    if (options.memoryLevel() != DeflateEngine.DEFAULT_MEMORY_LEVEL && !engine.hasMemoryLevels()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the deflate engine '%s' has no memory level but %d; see DeflateOptions.withEngine",
              engine.name(),
              DeflateEngine.DEFAULT_MEMORY_LEVEL));
    }
  }

  // ---- the client

  /** Returns what a client offers, for the field {@code Sec-WebSocket-Extensions}. */
  public static String offer(DeflateOptions options) {
    // A server may limit our window only if we can be held to it.
    int ownBits = options.windowBits(Role.CLIENT);
    boolean limitable = options.engine().minWindowBits() < DeflateEngine.MAX_WINDOW_BITS;
    int serverBits = options.windowBits(Role.SERVER);
    return new DeflateNegotiation(
            options.contextTakeover(Role.SERVER),
            options.contextTakeover(Role.CLIENT),
            serverBits < DeflateEngine.MAX_WINDOW_BITS ? serverBits : ABSENT,
            ownBits < DeflateEngine.MAX_WINDOW_BITS ? ownBits : limitable ? BARE : ABSENT)
        .toString();
  }

  /** The outcome for a client: what was agreed on, or what is wrong with the answer. */
  public record Judgement(@Nullable DeflateParameters agreed, @Nullable String wrong) {}

  /**
   * Judges a server's answer.
   *
   * @param offers what was sent; the answer has to fit one of them
   * @param answer the element of the response
   * @param options this client's
   */
  public static Judgement judge(List<Extension> offers, Extension answer, DeflateOptions options) {
    DeflateNegotiation chosen = parse(answer);
    if (chosen == null || chosen.clientBits == BARE) {
      return new Judgement(
          null, "the answer has a parameter that is unknown, repeated or malformed");
    }
    if (!chosen.fitsOneOf(offers)) {
      return new Judgement(null, "the answer fits none of the offers");
    }
    DeflateParameters agreed = chosen.agreed();
    int ownBits = Math.min(agreed.clientWindowBits(), options.windowBits(Role.CLIENT));
    if (ownBits < options.engine().minWindowBits()) {
      return new Judgement(
          null,
          String.format(
              Locale.ROOT,
              "the answer asks for a window of %d bits, and the engine '%s' needs %d",
              ownBits,
              options.engine().name(),
              options.engine().minWindowBits()));
    }
    return new Judgement(keeping(agreed, options, Role.CLIENT), null);
  }

  private boolean fitsOneOf(List<Extension> offers) {
    for (Extension extension : offers) {
      DeflateNegotiation offer = isDeflate(extension) ? parse(extension) : null;
      if (offer != null && fits(offer)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether an answer is one to an offer. */
  private boolean fits(DeflateNegotiation offer) {
    boolean serverWindow =
        offer.serverBits == ABSENT || (serverBits != ABSENT && serverBits <= offer.serverBits);
    boolean serverTakeovers = offer.serverTakeover || !serverTakeover;
    // What a client offers for its own window is a hint; that it offers anything is a condition.
    boolean clientWindow = clientBits == ABSENT || offer.clientBits != ABSENT;
    return serverWindow && serverTakeovers && clientWindow;
  }

  // ---- the server

  /**
   * Chooses the first offer that this server can take.
   *
   * @param offers all extensions of the request
   * @param options this server's
   * @return the answer for the field {@code Sec-WebSocket-Extensions}, or null if none fits
   */
  public static @Nullable String answer(List<Extension> offers, DeflateOptions options) {
    for (Extension extension : offers) {
      DeflateNegotiation offer = isDeflate(extension) ? parse(extension) : null;
      DeflateNegotiation answer = offer == null ? null : offer.answer(options);
      if (answer != null) {
        return answer.toString();
      }
    }
    return null;
  }

  private @Nullable DeflateNegotiation answer(DeflateOptions options) {
    int server = Math.min(bitsOr15(serverBits), options.windowBits(Role.SERVER));
    if (server < options.engine().minWindowBits()) {
      return null;
    }
    int client = Math.min(bitsOr15(clientBits), options.windowBits(Role.CLIENT));
    if (client < DeflateEngine.MAX_WINDOW_BITS && clientBits == ABSENT) {
      return null; // the client cannot be held to a smaller window
    }
    return new DeflateNegotiation(
        serverTakeover && options.contextTakeover(Role.SERVER),
        clientTakeover && options.contextTakeover(Role.CLIENT),
        serverBits != ABSENT || server < DeflateEngine.MAX_WINDOW_BITS ? server : ABSENT,
        client < DeflateEngine.MAX_WINDOW_BITS ? client : ABSENT);
  }

  /** Tells whether an answer is one to an offer, and within what this server can do. */
  static boolean isAnswer(List<Extension> offers, Extension answer, DeflateOptions options) {
    DeflateNegotiation chosen = parse(answer);
    return chosen != null
        && chosen.clientBits != BARE
        && bitsOr15(chosen.serverBits) >= options.engine().minWindowBits()
        && chosen.fitsOneOf(offers);
  }

  /** Reads back what a server's own response, as it was sent, commits both sides to. */
  public static @Nullable DeflateParameters agreed(List<Extension> answered) {
    for (Extension extension : answered) {
      DeflateNegotiation answer = isDeflate(extension) ? parse(extension) : null;
      if (answer != null) {
        return answer.agreed();
      }
    }
    return null;
  }

  // ---- both

  /**
   * Returns what a side does that somebody else has agreed for: what was agreed on, or what it can
   * do with less by itself.
   *
   * @throws IllegalArgumentException if it cannot keep to it
   */
  public static DeflateParameters keeping(
      DeflateParameters agreed, DeflateOptions options, Role own) {
    int bits = Math.min(agreed.windowBits(own), options.windowBits(own));
    if (bits < options.engine().minWindowBits()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "agreed on is a window of %d bits, and the engine '%s' needs %d",
              bits,
              options.engine().name(),
              options.engine().minWindowBits()));
    }
    // One may always do without (RFC 7692 section 7.1.1), whatever was agreed on.
    boolean takeover = agreed.contextTakeover(own) && options.contextTakeover(own);
    return own == Role.SERVER
        ? new DeflateParameters(
            bits, agreed.clientWindowBits(), takeover, agreed.clientContextTakeover())
        : new DeflateParameters(
            agreed.serverWindowBits(), bits, agreed.serverContextTakeover(), takeover);
  }

  private DeflateParameters agreed() {
    return new DeflateParameters(
        bitsOr15(serverBits), bitsOr15(clientBits), serverTakeover, clientTakeover);
  }

  private static int bitsOr15(int bits) {
    return bits == ABSENT || bits == BARE ? DeflateEngine.MAX_WINDOW_BITS : bits;
  }

  /** Returns the parameters, or null if one is unknown, repeated or malformed. */
  private static @Nullable DeflateNegotiation parse(Extension extension) {
    boolean serverTakeover = true;
    boolean clientTakeover = true;
    int serverBits = ABSENT;
    int clientBits = ABSENT;
    for (Parameter parameter : extension.parameters()) {
      String value = parameter.value();
      boolean valid;
      switch (parameter.name().toLowerCase(Locale.ROOT)) {
        case SERVER_TAKEOVER -> {
          valid = serverTakeover && value == null;
          serverTakeover = false;
        }
        case CLIENT_TAKEOVER -> {
          valid = clientTakeover && value == null;
          clientTakeover = false;
        }
        case SERVER_BITS -> {
          valid = serverBits == ABSENT && isBits(value);
          serverBits = valid ? Integer.parseInt(value) : ABSENT;
        }
        case CLIENT_BITS -> {
          valid = clientBits == ABSENT && (value == null || isBits(value));
          clientBits = value == null ? BARE : valid ? Integer.parseInt(value) : ABSENT;
        }
        default -> valid = false;
      }
      if (!valid) {
        return null;
      }
    }
    return new DeflateNegotiation(serverTakeover, clientTakeover, serverBits, clientBits);
  }

  /** A decimal number from 8 to 15 without leading zeros (RFC 7692 section 7.1.2). */
  private static boolean isBits(@Nullable String value) {
    return value != null && value.matches("[89]|1[0-5]");
  }

  /** Returns the element as it stands in a field. */
  @Override
  public String toString() {
    StringBuilder element = new StringBuilder(NAME);
    if (!serverTakeover) {
      element.append("; ").append(SERVER_TAKEOVER);
    }
    if (!clientTakeover) {
      element.append("; ").append(CLIENT_TAKEOVER);
    }
    if (serverBits != ABSENT) {
      element.append("; ").append(SERVER_BITS).append('=').append(serverBits);
    }
    if (clientBits != ABSENT) {
      element.append("; ").append(CLIENT_BITS);
      if (clientBits != BARE) {
        element.append('=').append(clientBits);
      }
    }
    return element.toString();
  }
}
