// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides what looks like credentials in heads and URLs, so that what is logged can be passed on.
 *
 * <p>It goes by names: fields such as {@code Authorization}, {@code Cookie} and {@code X-Api-Key},
 * parameters such as {@code token}; and by forms: user and password before a host, a JSON Web
 * Token, and what does not look like a sub-protocol among sub-protocols, where browsers put tokens
 * for lack of another place. So it can miss what nobody would take for a secret, and payloads of
 * messages it does not know at all.
 */
public final class Redaction {
  private static final String HIDDEN = "***";

  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)authorization|cookie|token|secret|passw|pwd|credential|session|signature|jwt|bearer"
              + "|ticket|api[-_]?key|x-[^:=&]{0,100}key");

  /** Those of the protocol are no secrets. */
  private static final String OWN_FIELDS = "sec-websocket-";

  private static final String SUBPROTOCOLS = "sec-websocket-protocol";

  /** Longer than any in the registry. */
  private static final int MAX_SUBPROTOCOL = 40;

  private static final Pattern PARAMETER = Pattern.compile("([?&])([^?=&\\s]++)=([^&\\s'\"]++)");
  private static final Pattern SECRET_PARAMETER = Pattern.compile("(?i)key|auth|sig");

  /** Who is asked to put something there has to see where. */
  private static final Pattern USER = Pattern.compile("(?<=://)(?!USER:PASSWORD@)[^/?#@\\s]++@");

  private static final Pattern JSON_WEB_TOKEN = Pattern.compile("\\beyJ[\\w-]{5,}+\\.[\\w.-]*+");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}]");

  private Redaction() {}

  /**
   * Returns the lines of a head without credentials, and without what a terminal would act upon.
   *
   * @param head the head of a request or a response, or some of it; with or without the empty line
   *     at its end
   */
  public static List<String> ofHead(String head) {
    List<String> lines = new ArrayList<>();
    boolean hidden = false;
    for (String line : head.strip().split("\r?\n", -1)) {
      boolean continues = line.startsWith(" ") || line.startsWith("\t");
      hidden = continues ? hidden : isSecretField(line);
      lines.add(continues && hidden ? " " + HIDDEN : ofHeadLine(line));
    }
    return lines;
  }

  private static boolean isSecretField(String line) {
    String name = name(line);
    return !name.startsWith(OWN_FIELDS) && SECRET.matcher(name).find();
  }

  /** Returns the name of the field of a line, in lower case; empty if there is none. */
  private static String name(String line) {
    int colon = line.indexOf(':');
    String name = colon < 0 ? "" : line.substring(0, colon).strip();
    return name.indexOf(' ') < 0 ? name.toLowerCase(Locale.ROOT) : ""; // or a request line
  }

  private static String ofHeadLine(String line) {
    String clean = UNPRINTABLE.matcher(line).replaceAll("?");
    int colon = clean.indexOf(':');
    if (isSecretField(clean)) {
      return clean.substring(0, colon) + ": " + HIDDEN;
    }
    if (name(clean).equals(SUBPROTOCOLS)) {
      return clean.substring(0, colon) + ": " + ofSubprotocols(clean.substring(colon + 1));
    }
    return ofText(clean);
  }

  private static String ofSubprotocols(String list) {
    List<String> shown = new ArrayList<>();
    boolean announced = false; // by a name that stands before it
    for (String each : list.split(",", -1)) {
      String item = each.strip();
      int dot = item.lastIndexOf('.');
      boolean named = SECRET.matcher(item).find();
      boolean hidden = announced || item.length() > MAX_SUBPROTOCOL || (named && dot >= 0);
      shown.add(hidden ? HIDDEN : item);
      announced = named && !hidden;
    }
    return String.join(", ", shown);
  }

  /**
   * Returns a text without the credentials in the URLs that may stand there.
   *
   * @param text any
   */
  public static String ofText(String text) {
    String shown =
        PARAMETER
            .matcher(text)
            .replaceAll(
                found -> {
                  String name = found.group(2);
                  boolean hidden =
                      SECRET.matcher(name).find() || SECRET_PARAMETER.matcher(name).find();
                  return found.group(1)
                      + Matcher.quoteReplacement(name + "=" + (hidden ? HIDDEN : found.group(3)));
                });
    shown = USER.matcher(shown).replaceAll(HIDDEN + "@");
    return JSON_WEB_TOKEN.matcher(shown).replaceAll(HIDDEN);
  }
}
