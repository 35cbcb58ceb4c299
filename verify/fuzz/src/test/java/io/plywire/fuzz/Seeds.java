// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs that are kept: one a line, in the resource {@code seeds/TARGET.txt}. A backslash
 * begins {@code \r}, {@code \n}, {@code \\} or a byte as {@code \x0A}; empty lines and those that
 * begin with {@code #} are for people.
 */
final class Seeds {
  private Seeds() {}

  static List<byte[]> of(Target target) throws IOException {
    String name = "/seeds/" + target.label() + ".txt";
    try (InputStream in = Seeds.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      List<byte[]> seeds = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\r?\n")) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          seeds.add(read(line));
        }
      }
      return seeds;
    }
  }

  static byte[] read(String line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < line.length(); ) {
      int c = line.codePointAt(i);
      i += Character.charCount(c);
      if (c != '\\') {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      char escape = line.charAt(i++);
      switch (escape) {
        case 'r' -> bytes.write('\r');
        case 'n' -> bytes.write('\n');
        case '\\' -> bytes.write('\\');
        case 'x' -> {
          bytes.write(Integer.parseInt(line.substring(i, i + 2), 16));
          i += 2;
        }
        default -> throw new IllegalArgumentException("\\" + escape + " in a seed: " + line);
      }
    }
    return bytes.toByteArray();
  }

  /** Returns the line for an input. */
  static String write(byte[] input) {
    StringBuilder line = new StringBuilder();
    for (byte b : input) {
      switch (b) {
        case '\r' -> line.append("\\r");
        case '\n' -> line.append("\\n");
        case '\\' -> line.append("\\\\");
        default -> {
          boolean plain = b > ' ' && b < 0x7F && !(b == '#' && line.isEmpty());
          boolean inner = b == ' ' && !line.isEmpty();
          line.append(plain || inner ? String.valueOf((char) b) : "\\x%02X".formatted(b));
        }
      }
    }
    return line.toString().replaceFirst(" $", "\\\\x20");
  }
}
