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
 * @param connections how many connections echo, or come and go
 * @param inFlight how many messages each has under way at any time; 0 if it comes and goes
 * @param size bytes of payload of each message
 * @param idle how many connections are open besides, and silent after one message
 * @param text whether messages are text, in Japanese; else they are binary
 */
public record Cell(int connections, int inFlight, int size, int idle, boolean text) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,6})x(\\d{1,6})x(\\d{1,8})(B|KiB|MiB)?(?:\\+(\\d{1,6}))?(/text)?");
  private static final int MAX_SIZE = 16 << 20;
  private static final int MAX_CONNECTIONS = 60_000;
  private static final int MAX_IN_FLIGHT = 1024;
  private static final int MAX_AT_ONCE = 1000; // no more than the servers' backlogs
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** Makes a cell in which all connections echo. */
  public Cell(int connections, int inFlight, int size) {
    this(connections, inFlight, size, 0);
  }

  /** Makes a cell in which connections are idle besides, and messages are binary. */
  public Cell(int connections, int inFlight, int size, int idle) {
    this(connections, inFlight, size, idle, false);
  }

  /** Connections that are open, and silent after a message of 1 KiB. */
  public static Cell silent(int connections) {
    return new Cell(0, 1, KIB, between("idle connections", connections, 1, MAX_CONNECTIONS));
  }

  /** Connections that are opened, upgraded, and closed. */
  public static Cell comingAndGoing(int atOnce) {
    return new Cell(between("connections under way", atOnce, 1, MAX_AT_ONCE), 0, 0, 0);
  }

  /**
   * Returns the cells that are measured if nothing is said. From 1 MiB on, 8 connections stand for
   * more: they are work enough, and keep the memory of servers that hold whole messages within
   * bounds.
   */
  static List<Cell> matrix() {
    List<Cell> cells = new ArrayList<>();
    for (int size : new int[] {16, KIB, 64 * KIB, MIB}) {
      for (int inFlight : new int[] {1, 16}) {
        cells.add(new Cell(1, inFlight, size));
        cells.add(new Cell(size == MIB ? 8 : 64, inFlight, size));
      }
    }
    return cells;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is not of the form
   */
  static Cell parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not CONNECTIONSxIN-FLIGHTxSIZE[+IDLE][/text], such as 64x1x16B, 8x16x1MiB+936"
              + " or 64x1x1KiB/text");
    }
    String unit = String.valueOf(parts.group(4));
    long factor = unit.equals("KiB") ? KIB : unit.equals("MiB") ? MIB : 1;
    String idle = parts.group(5);
    return new Cell(
        between("connections", Long.parseLong(parts.group(1)), 1, MAX_CONNECTIONS),
        between("messages in flight", Long.parseLong(parts.group(2)), 1, MAX_IN_FLIGHT),
        between("bytes of a message", factor * Long.parseLong(parts.group(3)), 1, MAX_SIZE),
        idle == null ? 0 : between("idle connections", Long.parseLong(idle), 0, MAX_CONNECTIONS),
        parts.group(6) != null);
  }

  private static int between(String what, long value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(value + " " + what + " are not " + least + " to " + most);
    }
    return (int) value;
  }

  /** Returns whether there are no messages but those before. */
  public boolean isSilent() {
    return connections == 0;
  }

  /** Returns whether connections are what is counted, and not messages. */
  public boolean comesAndGoes() {
    return inFlight == 0;
  }

  /** Returns whether memory traffic is what costs, rather than system calls. */
  boolean isLarge() {
    return size >= 16 * KIB;
  }

  /**
   * Returns enough to do for the JIT compiler to have finished with what all of it goes through.
   */
  long warmUp() {
    if (comesAndGoes()) {
      return 30_000;
    }
    return size >= MIB ? 2_000 : isLarge() ? 20_000 : 100_000;
  }

  @Override
  public String toString() {
    if (isSilent()) {
      return String.format(Locale.ROOT, "%,d idle", idle);
    }
    if (comesAndGoes()) {
      return connections + " at once";
    }
    String bytes =
        size % MIB == 0 ? size / MIB + "MiB" : size % KIB == 0 ? size / KIB + "KiB" : size + "B";
    return connections
        + "x"
        + inFlight
        + "x"
        + bytes
        + (idle == 0 ? "" : "+" + idle)
        + (text ? "/text" : "");
  }
}
