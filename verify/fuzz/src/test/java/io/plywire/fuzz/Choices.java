// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import java.util.Random;

/**
 * A source of random numbers that takes them from the input, so that a fuzzer steers whatever is
 * written for random numbers. Behind the end of the input it goes on by itself, always in the same
 * way.
 */
public final class Choices extends Random {
  private static final long serialVersionUID = 1;

  private final byte[] input;
  private int at;

  public Choices(byte[] input) {
    super(0);
    this.input = input.clone();
  }

  private int octet() {
    return at < input.length ? input[at++] & 0xFF : super.next(8);
  }

  @Override
  protected int next(int bits) {
    int number = 0;
    for (int got = 0; got < bits; got += 8) {
      number = number << 8 | octet();
    }
    return bits % 8 == 0 ? number : number & ((1 << bits) - 1);
  }

  /** One byte of the input for what one byte can express. */
  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound " + bound + " is not positive");
    }
    int bytes = bound <= 1 << 8 ? 1 : bound <= 1 << 16 ? 2 : 3;
    return next(8 * bytes) % bound;
  }

  @Override
  public boolean nextBoolean() {
    return (octet() & 1) != 0;
  }

  /** Payloads are nothing to choose: a byte of the input says which of them it is. */
  @Override
  public void nextBytes(byte[] bytes) {
    new Random(octet()).nextBytes(bytes);
  }

  /** Returns whether the input is used up. */
  public boolean isOver() {
    return at == input.length;
  }
}
