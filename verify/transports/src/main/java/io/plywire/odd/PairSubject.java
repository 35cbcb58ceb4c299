// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckSubject;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/**
 * A subject of connected pairs; {@link #resets} makes those whose client breaks off, or is null.
 */
record PairSubject(
    String name, Set<Trait> traits, Callable<StreamPair> pairs, Callable<StreamPair> resets)
    implements TckSubject {

  /** Everything that can be promised where nobody listens. */
  static final Set<Trait> ALL = EnumSet.complementOf(EnumSet.of(Trait.LISTEN));

  PairSubject(String name, Callable<StreamPair> pairs) {
    this(name, ALL, pairs, null);
  }

  PairSubject(String name, Callable<StreamPair> pairs, Callable<StreamPair> resets) {
    this(name, ALL, pairs, resets);
  }

  /** Returns a subject like this one whose streams have other manners. */
  PairSubject with(String shown, Set<Trait> promised, UnaryOperator<AsyncStream> manner) {
    return new PairSubject(
        shown,
        promised,
        () -> both(pairs.call(), manner),
        resets == null ? null : () -> both(resets.call(), manner));
  }

  private static StreamPair both(StreamPair pair, UnaryOperator<AsyncStream> manner) {
    return new StreamPair(manner.apply(pair.client()), manner.apply(pair.server()));
  }

  @Override
  public StreamPair open() throws Exception {
    return pairs.call();
  }

  @Override
  public StreamPair openForReset() throws Exception {
    return resets == null ? null : resets.call();
  }

  @Override
  public String toString() {
    return name;
  }
}
