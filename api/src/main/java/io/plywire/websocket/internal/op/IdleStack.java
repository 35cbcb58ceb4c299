// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.Reusable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is not lent just now; what came back last is on top, and is lent first. */
final class IdleStack<T extends Reusable> {
  private static final Logger log = LoggerFactory.getLogger(IdleStack.class);

  private final List<T> idle = new ArrayList<>(); // an index needs no iterator, which is garbage
  private final int most;
  private int untouched; // so many at the bottom were not needed lately

  IdleStack(int most) {
    this.most = most;
  }

  int size() {
    return idle.size();
  }

  /** Takes the topmost one that suits, or null. */
  @Nullable T take(DeflateOptions options, int windowBits) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      if (idle.get(i).suits(options, windowBits)) {
        untouched = Math.min(untouched, i);
        return idle.remove(i);
      }
    }
    return null;
  }

  /**
   * Takes one back, in whatever state it is; frees the one that was idle longest if there are too
   * many.
   */
  void put(T returned) {
    try {
      returned.reset();
    } catch (RuntimeException | Error e) {
      free(returned);
      throw e;
    }
    idle.add(returned);
    if (idle.size() > most) {
      free(idle.remove(0));
      untouched = Math.max(0, untouched - 1);
    }
  }

  /** Frees those that were not needed since the last time. */
  void freeUntouched() {
    while (untouched > 0) {
      untouched--;
      free(idle.remove(0));
    }
    untouched = idle.size();
  }

  /** Frees all. */
  void freeAll() {
    untouched = idle.size();
    freeUntouched();
  }

  /** Frees one, whatever its engine throws: nobody could do anything about it. */
  static void free(Reusable freed) {
    try {
      freed.release();
    } catch (RuntimeException | Error e) {
      log.warn("A deflate engine failed to free memory", e);
    }
  }
}
