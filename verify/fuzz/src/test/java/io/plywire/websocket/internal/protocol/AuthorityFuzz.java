// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.fuzz.Check;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Hosts with ports as they stand in {@code Host} and {@code Origin}, and tokens. */
public final class AuthorityFuzz {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private AuthorityFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    Check.equal(Token.isToken(text), TOKEN.matcher(text).matches(), "a token: ", text);
    Authority authority = Authority.parse(text);
    if (authority == null) {
      return;
    }
    Check.that(authority.port() >= -1 && authority.port() <= 65535, authority);
    Check.equal(authority.host(), authority.host().toLowerCase(Locale.ROOT), "lower case");
    Check.that(text.toLowerCase(Locale.ROOT).startsWith(authority.host()), authority);
    String written = authority.host() + (authority.port() < 0 ? "" : ":" + authority.port());
    Check.equal(Authority.parse(written), authority, "parsed anew: ", written);
    Check.equal(Authority.parse(text.toUpperCase(Locale.ROOT)), authority, "in upper case");
  }
}
