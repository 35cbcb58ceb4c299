// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How operations have ended, in words. */
final class Said {
  final List<String> all = new ArrayList<>();
  final CancellationSignal signal = new CancellationSignal();

  /** Returns a handler that says its name and the outcome, and hears the signal. */
  IoHandler by(String name) {
    return IoHandler.bindCancellationSlot(signal.slot(), deaf(name));
  }

  /** Returns a handler that hears no signal. */
  IoHandler deaf(String name) {
    return (error, bytes) -> all.add(name + " " + (error == null ? "" + bytes : text(error)));
  }

  static String text(@Nullable IOException error) {
    return error instanceof StreamException e
        ? e.cancellation() == null ? e.error().name() : "cancelled " + e.cancellation()
        : String.valueOf(error);
  }
}
