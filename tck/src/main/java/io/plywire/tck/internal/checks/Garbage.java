// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.tck.internal.lab.Scene;
import java.lang.ref.WeakReference;
import java.util.List;

/** Whether something is still held by somebody. */
final class Garbage {
  private Garbage() {}

  /** Waits until at most so many of the objects are left. */
  static void expect(Scene scene, List<WeakReference<Object>> objects, int most, String what) {
    scene.eventually(
        () -> {
          if (alive(objects) <= most) {
            return true;
          }
          System.gc();
          return alive(objects) <= most;
        },
        () -> alive(objects) + " of " + objects.size() + " " + what + " are still held");
  }

  private static long alive(List<WeakReference<Object>> objects) {
    return objects.stream().filter(reference -> reference.get() != null).count();
  }
}
