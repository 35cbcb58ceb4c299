// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

/**
 * What the suite does with every single octet, for it to call from Jython, where a loop of Python
 * takes a hundred times as long. Used by {@code wsaccel} in the resources.
 */
public final class Octets {
  private Octets() {}

  /**
   * Masks or unmasks in place.
   *
   * @param octets what to mask
   * @param key the masking key, four octets
   * @param offset how many octets of the frame came before
   */
  public static void mask(byte[] octets, byte[] key, long offset) {
    for (int i = 0; i < octets.length; i++) {
      octets[i] ^= key[(int) (offset + i) & 3];
    }
  }
}
