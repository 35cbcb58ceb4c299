// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import io.plywire.inmemory.Faults;
import io.plywire.stream.Role;

/** Manners of a pipe that must make no difference. */
enum PipeShape {
  WIDE,
  READS_OF_1,
  WRITES_OF_1,
  BOTH_OF_1,
  WINDOW_OF_1,
  POSTING;

  int windowBytes() {
    return this == WINDOW_OF_1 ? 1 : 4096;
  }

  void apply(Stage stage) {
    for (Role role : Role.values()) {
      Faults faults = stage.end(role).faults();
      if (this == READS_OF_1 || this == BOTH_OF_1) {
        faults.capReads(1);
      }
      if (this == WRITES_OF_1 || this == BOTH_OF_1) {
        faults.capWrites(1);
      }
      faults.postAlways(this == POSTING);
    }
  }
}
