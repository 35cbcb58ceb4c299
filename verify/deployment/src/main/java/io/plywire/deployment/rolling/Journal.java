// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * What a server has stored: a file that outlives it, with the client and the number of each
 * message. Any thread may store.
 */
final class Journal implements Closeable {
  private final FileChannel channel;

  /** Opens a file of its own for writing. */
  Journal(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Stores one; it is with the system when this returns. */
  void store(int client, int number) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(2 * Integer.BYTES);
    entry.putInt(client).putInt(number).flip();
    channel.write(entry); // at once, since it is a file
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Adds to the counts how many times a file has each message. */
  static void count(Path file, Map<Sent, Integer> counts) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    while (all.remaining() >= 2 * Integer.BYTES) {
      counts.merge(new Sent(all.getInt(), all.getInt()), 1, Integer::sum);
    }
  }

  /** Returns how many times the files of a folder have each message. */
  static Map<Sent, Integer> countAll(Path... files) throws IOException {
    Map<Sent, Integer> counts = new HashMap<>();
    for (Path file : files) {
      count(file, counts);
    }
    return counts;
  }

  /** One message of one client. */
  record Sent(int client, int number) {}
}
