// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.util.Arrays;

/** Finds values by the names that users know, which processes of a bench tell each other too. */
public final class Names {
  private Names() {}

  /**
   * Returns the value that is called so.
   *
   * @throws IllegalArgumentException if none is
   */
  public static <T> T find(String name, T[] all) {
    return Arrays.stream(all)
        .filter(each -> String.valueOf(each).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no '" + name + "'; choose from " + Arrays.asList(all)));
  }
}
