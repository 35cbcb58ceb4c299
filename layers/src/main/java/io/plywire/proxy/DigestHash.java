// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The algorithms of Digest (RFC 7616, section 6.1), the weakest first. */
enum DigestHash {
  MD5("MD5", "MD5", false, 2),
  MD5_SESS("MD5-sess", "MD5", true, 2),
  SHA_256("SHA-256", "SHA-256", false, 3),
  SHA_256_SESS("SHA-256-sess", "SHA-256", true, 3),
  SHA_512_256("SHA-512-256", "SHA-512/256", false, 4),
  SHA_512_256_SESS("SHA-512-256-sess", "SHA-512/256", true, 4);

  private final String wireName;
  private final String javaName;
  private final boolean session;
  private final int strength;

  DigestHash(String wireName, String javaName, boolean session, int strength) {
    this.wireName = wireName;
    this.javaName = javaName;
    this.session = session;
    this.strength = strength;
  }

  static @Nullable DigestHash named(String name) {
    for (DigestHash each : values()) {
      if (each.wireName.equalsIgnoreCase(name)) {
        return each;
      }
    }
    return null;
  }

  String wireName() {
    return wireName;
  }

  boolean isOfSession() {
    return session;
  }

  /** Returns a number that is above that of Basic, and greater for what is stronger. */
  int strength() {
    return strength;
  }

  /** Returns whether this Java has it; some leave MD5 out. */
  boolean isThere() {
    try {
      MessageDigest.getInstance(javaName);
      return true;
    } catch (NoSuchAlgorithmException e) {
      return false;
    }
  }

  /** Returns the hash of parts with colons between them, in hexadecimal digits. */
  String of(byte[]... parts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(javaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("there is no " + javaName, e);
    }
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        digest.update((byte) ':');
      }
      digest.update(parts[i]);
    }
    StringBuilder hex = new StringBuilder();
    for (byte each : digest.digest()) {
      hex.append(Character.forDigit(each >> 4 & 15, 16)).append(Character.forDigit(each & 15, 16));
    }
    return hex.toString();
  }
}
