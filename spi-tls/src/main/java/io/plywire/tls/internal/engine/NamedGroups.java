// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers and names of the groups of the key exchange (IANA, "TLS Supported Groups"). */
final class NamedGroups {
  private static final Map<Integer, String> NAMES = new LinkedHashMap<>();
  private static final Map<String, String> BY_ALIAS = new HashMap<>();

  static {
    add(0x11EC, "X25519MLKEM768");
    add(0x11EB, "SecP256r1MLKEM768");
    add(0x11ED, "SecP384r1MLKEM1024");
    add(0x001D, "x25519");
    add(0x0017, "secp256r1", "P-256");
    add(0x0018, "secp384r1", "P-384");
    add(0x0019, "secp521r1", "P-521");
    add(0x001E, "x448");
    add(0x0100, "ffdhe2048");
    add(0x0101, "ffdhe3072");
    add(0x0102, "ffdhe4096");
    add(0x0103, "ffdhe6144");
    add(0x0104, "ffdhe8192");
    add(0x001A, "brainpoolP256r1");
    add(0x001B, "brainpoolP384r1");
    add(0x001C, "brainpoolP512r1");
    add(0x001F, "brainpoolP256r1tls13");
    add(0x0020, "brainpoolP384r1tls13");
    add(0x0021, "brainpoolP512r1tls13");
    add(0x0200, "MLKEM512");
    add(0x0201, "MLKEM768");
    add(0x0202, "MLKEM1024");
  }

  private NamedGroups() {}

  private static void add(int number, String name, String... aliases) {
    NAMES.put(number, name);
    BY_ALIAS.put(name.toLowerCase(Locale.ROOT), name);
    for (String alias : aliases) {
      BY_ALIAS.put(alias.toLowerCase(Locale.ROOT), name);
    }
  }

  /** Returns the name in the registry, or the number in hexadecimal if there is none here. */
  static String name(int number) {
    String name = NAMES.get(number);
    return name != null ? name : String.format(Locale.ROOT, "0x%04X", number);
  }

  /** Returns the name in the registry for one in any case, or null if it is unknown. */
  static @Nullable String canonical(String name) {
    return BY_ALIAS.get(name.toLowerCase(Locale.ROOT));
  }

  /** Returns all names, those worth asking for first. */
  static Iterable<String> all() {
    return NAMES.values();
  }
}
