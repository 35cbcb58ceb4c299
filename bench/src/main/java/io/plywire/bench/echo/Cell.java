// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of traffic.
 *
 * @param connections how many connections echo
 * @param inFlight how many messages each connection has under way at any time
 * @param size bytes of payload of each message
 * @param idle how many connections are open besides, and silent
 */
public record Cell(int connections, int inFlight, int size, int idle) {
  private static final Pattern FORM = Pattern.compile("(\\d+)x(\\d+)x([^+]+)(?:\\+(\\d+))?");
  private static final Pattern SIZE = Pattern.compile("(\\d+) ?(B|KiB|MiB)?");
  private static final int MAX_SIZE = 16 << 20;
  private static final int MAX_CONNECTIONS = 60_000;
  private static final int BIG = 1 << 20;

  /** Refuses what cannot be. */
  public Cell {
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw new IllegalArgumentException(
          connections + " connections are not 1 to " + MAX_CONNECTIONS);
    }
    if (idle < 0 || idle > MAX_CONNECTIONS) {
      throw new IllegalArgumentException(
          idle + " idle connections are not 0 to " + MAX_CONNECTIONS);
    }
    if (inFlight < 1 || inFlight > 1024) {
      throw new IllegalArgumentException(inFlight + " in flight are not 1 to 1024");
    }
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("size " + size + " is not 1 to " + MAX_SIZE);
    }
  }

  /** Makes a cell in which all connections echo. */
  public Cell(int connections, int inFlight, int size) {
    this(connections, inFlight, size, 0);
  }

  /**
   * Returns the cells of the whole matrix: every number of connections with every size and every
   * number in flight. From 1 MiB on, 8 connections stand for more: they are work enough, and keep
   * the memory of servers that hold whole messages within bounds.
   */
  public static List<Cell> matrix(
      List<Integer> connections, List<Integer> sizes, List<Integer> inFlight) {
    List<Cell> cells = new ArrayList<>();
    for (int size : sizes) {
      for (int flying : inFlight) {
        for (int open : connections) {
          Cell cell = new Cell(size >= BIG ? Math.min(open, 8) : open, flying, size);
          if (!cells.contains(cell)) {
            cells.add(cell);
          }
        }
      }
    }
    return cells;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not of the form
   */
  public static Cell parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not CONNECTIONSxIN-FLIGHTxSIZE[+IDLE], such as 64x1x16B or 64x1x16B+936");
    }
    return new Cell(
        number(parts.group(1), text),
        number(parts.group(2), text),
        parseSize(parts.group(3)),
        parts.group(4) == null ? 0 : number(parts.group(4), text));
  }

  /**
   * Reads a number of bytes, such as 16, 16B, 64KiB or 1MiB.
   *
   * @throws IllegalArgumentException if it is not of the form
   */
  public static int parseSize(String text) {
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size, such as 16B, 1KiB, 64KiB or 1MiB");
    }
    String unit = parts.group(2);
    int factor = unit == null || unit.equals("B") ? 1 : unit.equals("KiB") ? 1 << 10 : 1 << 20;
    long bytes = (long) number(parts.group(1), text) * factor;
    if (bytes > MAX_SIZE) {
      throw new IllegalArgumentException("size " + text + " is more than 16MiB");
    }
    return (int) bytes;
  }

  private static int number(String digits, String text) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' has too large a number: " + digits, e);
    }
  }

  /** Returns the size with its unit, such as 64KiB. */
  public String sizeName() {
    if (size % (1 << 20) == 0) {
      return (size >> 20) + "MiB";
    }
    return size % (1 << 10) == 0 ? (size >> 10) + "KiB" : size + "B";
  }

  /** Says it in words. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "%s: %,d connection%s%s, %d in flight on each, %s",
        this,
        connections,
        connections == 1 ? "" : "s",
        idle == 0 ? "" : String.format(Locale.ROOT, " and %,d idle", idle),
        inFlight,
        sizeName());
  }

  /** Returns whether memory traffic is what costs, rather than system calls. */
  public boolean isLarge() {
    return size >= 16 << 10;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%dx%dx%s%s", connections, inFlight, sizeName(), idle == 0 ? "" : "+" + idle);
  }
}
