// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import java.util.Arrays;
import java.util.List;

/**
 * Under what circumstances a rule was checked. Most defects of transports show under one condition
 * only: with a full window, from a buffer on the heap, while another operation waits.
 */
public enum Condition {
  /** What was asked for could be done at once. */
  READY(Dimension.WINDOW, "ready"),
  /** A read or wait found nothing there, a write no room: it had to wait. */
  WAITED(Dimension.WINDOW, "waited"),

  /** The buffers were on the heap. */
  HEAP(Dimension.BUFFER, "heap"),
  /** The buffers were direct. */
  DIRECT(Dimension.BUFFER, "direct"),
  /** At least one source was read-only. */
  READ_ONLY(Dimension.BUFFER, "read-only"),
  /** The buffers were slices, or several, or their bytes stood between others. */
  SLICES(Dimension.BUFFER, "slices"),

  /** It was the first operation of its direction. */
  FIRST(Dimension.ORDER, "first"),
  /** One of the other direction waited meanwhile. */
  BESIDE(Dimension.ORDER, "beside"),
  /** Others of its direction had ended before. */
  AFTER(Dimension.ORDER, "after"),

  /** It was initiated on the executor and ended within the call. */
  INLINE(Dimension.PLACE, "inline"),
  /** It was initiated on the executor and ended later. */
  POSTED(Dimension.PLACE, "posted"),
  /** It was initiated on a thread that is not the executor's. */
  FOREIGN(Dimension.PLACE, "foreign"),

  /** The stream was closed at once. */
  CLOSE(Dimension.END, "close"),
  /** The stream was torn down. */
  TEARDOWN(Dimension.END, "teardown"),
  /** The peer broke the connection off. */
  RESET(Dimension.END, "reset"),
  /** The peer ended in order. */
  EOF(Dimension.END, "eof"),
  /** Something else failed: the stream was truncated, or bytes were changed. */
  FAILURE(Dimension.END, "failure"),

  /** The stream had its executor for itself, as far as the check went. */
  ONE(Dimension.STREAMS, "one"),
  /** Other streams lived on the same executor. */
  MANY(Dimension.STREAMS, "many");

  /** What conditions are alternatives of. */
  public enum Dimension {
    /** Whether there was something to read, or room to write. */
    WINDOW,
    /** The kind of buffer. */
    BUFFER,
    /** What else went on. */
    ORDER,
    /** Where the operation was initiated, and where it ended. */
    PLACE,
    /** How the stream ended. */
    END,
    /** How many streams there were on the executor. */
    STREAMS;

    /** Returns the conditions that are alternatives of each other. */
    public List<Condition> conditions() {
      return Arrays.stream(Condition.values()).filter(c -> c.dimension == this).toList();
    }
  }

  private final Dimension dimension;
  private final String label;

  Condition(Dimension dimension, String label) {
    this.dimension = dimension;
    this.label = label;
  }

  /** Returns what this is an alternative of. */
  public Dimension dimension() {
    return dimension;
  }

  /** Returns the name in tables. */
  public String label() {
    return label;
  }
}
