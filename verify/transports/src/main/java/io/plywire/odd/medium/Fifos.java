// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;

/** Two named pipes of the file system, whose names are gone when both ends have them. */
public final class Fifos {
  private Fifos() {}

  private record Line(FileChannel in, FileChannel out) {
    static Line open(Path path) {
      CompletableFuture<FileChannel> reading =
          CompletableFuture.supplyAsync(
              () -> channel(path, StandardOpenOption.READ), Threads.BLOCKING);
      FileChannel out = channel(path, StandardOpenOption.WRITE); // waits for the reader
      return new Line(reading.join(), out);
    }

    private static FileChannel channel(Path path, StandardOpenOption option) {
      try {
        return FileChannel.open(path, option);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Makes both ends of a connection. */
  public static StreamPair pair() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("odd");
    Path there = folder.resolve("there");
    Path back = folder.resolve("back");
    try {
      int exit = new ProcessBuilder("mkfifo", there.toString(), back.toString()).start().waitFor();
      if (exit != 0) {
        throw new IOException("mkfifo ended with " + exit);
      }
      Line forward = Line.open(there);
      Line backward = Line.open(back);
      return new StreamPair(
          end("fifo, near end", backward.in, forward.out),
          end("fifo, far end", forward.in, backward.out));
    } finally {
      Files.deleteIfExists(there);
      Files.deleteIfExists(back);
      Files.deleteIfExists(folder);
    }
  }

  private static BlockingStream end(String name, FileChannel in, FileChannel out) {
    return new BlockingStream(
        name,
        Channels.newInputStream(in),
        Channels.newOutputStream(out),
        Threads.BLOCKING,
        Threads.BLOCKING,
        out,
        () -> {
          out.close();
          in.close(); // which ends calls that are under way
        });
  }
}
