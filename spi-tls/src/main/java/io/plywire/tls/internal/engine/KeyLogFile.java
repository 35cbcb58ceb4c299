// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;

/** Appends lines of a key log to a file. It is opened for each line: this is for debugging. */
public final class KeyLogFile implements Consumer<String> {
  private final Path file;

  /** Makes sure that the file is there and can be written to. */
  public KeyLogFile(Path file) {
    this.file = file;
    try {
      create(file);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isWritable(file)) {
        throw new TlsConfigException("key log " + file + " cannot be written to", e);
      }
    } catch (IOException e) {
      throw new TlsConfigException("key log " + file + " cannot be made: " + e, e);
    }
  }

  private static void create(Path file) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly = {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
    Files.createFile(file, posix ? ownerOnly : new FileAttribute<?>[0]);
  }

  @Override
  public void accept(String line) {
    try {
      Files.write(file, List.of(line), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("key log " + file, e);
    }
  }
}
