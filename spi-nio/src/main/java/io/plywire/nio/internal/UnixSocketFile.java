// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamError;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix-domain socket that listens. The system never removes one: a process that is
 * killed leaves a stale file behind, which must go before the path can be listened on again.
 */
final class UnixSocketFile {
  /*
   * Two that start at once may find the same stale file, and the slower one must not remove what
   * the faster one has bound. So a stale file is moved aside first and looked at again: if it is
   * another one by then, it is put back. Within a process a lock keeps binders apart altogether.
   * Left over between processes: the moment from another's bind to its listen, in which its file
   * looks stale, and the one in which a third binds to the path of a file that was moved aside.
   */

  private static final Logger log = LoggerFactory.getLogger(UnixSocketFile.class);

  private static final int TYPE_MASK = 0170000;
  private static final int SOCKET = 0140000;

  /** What tells a file from a later one at its path; inodes are used again at once. */
  private record Identity(@Nullable Object key, FileTime made) {}

  private final Path path;
  private final @Nullable Identity identity;

  private UnixSocketFile(Path path) throws IOException {
    this.path = path;
    this.identity = identity(path);
  }

  /**
   * Binds a channel to a path.
   *
   * @param replace whether a socket file that nobody listens on is replaced
   * @throws BindException if something else is there
   */
  static UnixSocketFile bind(ServerSocketChannel channel, Path path, int backlog, boolean replace)
      throws IOException {
    return bind(channel, path, backlog, replace, () -> {});
  }

  /**
   * Binds a channel to a path.
   *
   * @param beforeRemoval what others do when a file was found to be stale, in a test
   */
  static UnixSocketFile bind(
      ServerSocketChannel channel, Path path, int backlog, boolean replace, Runnable beforeRemoval)
      throws IOException {
    SocketAddress address = UnixDomainSocketAddress.of(path);
    synchronized (UnixSocketFile.class) {
      try {
        channel.bind(address, backlog);
      } catch (BindException e) {
        String occupant = occupant(path);
        if (occupant != null) {
          throw inUse(occupant + " is there, not a socket", e);
        }
        Identity found = identity(path);
        if (found != null) {
          if (!isStale(address)) {
            throw e;
          }
          if (!replace) {
            throw inUse("nobody listens on it, and it is not to be replaced", e);
          }
          beforeRemoval.run();
          remove(path, found, e);
        }
        channel.bind(address, backlog);
      }
      return new UnixSocketFile(path);
    }
  }

  private static BindException inUse(String how, @Nullable Exception cause) {
    return (BindException) new BindException("the path is in use: " + how).initCause(cause);
  }

  /** Says what is at the path in the place of a socket; null if there is one, or nothing. */
  private static @Nullable String occupant(Path path) throws IOException {
    String occupant = Sockets.occupant(path, LinkOption.NOFOLLOW_LINKS);
    // A pipe or a device refuses to be connected to as well.
    return occupant == null && isSomethingElse(path) ? "something else" : occupant;
  }

  private static boolean isSomethingElse(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false; // nothing tells
    }
    try {
      Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return !(mode instanceof Integer bits && (bits & TYPE_MASK) == SOCKET);
    } catch (NoSuchFileException e) {
      return false; // its acceptor has just deleted it
    }
  }

  /** Returns whether nobody listens there. */
  private static boolean isStale(SocketAddress address) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      probe.connect(address);
      return false;
    } catch (IOException e) {
      return SocketErrors.connecting(e) == StreamError.REFUSED;
    }
  }

  private static void remove(Path path, Identity stale, BindException cause) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + "." + UUID.randomUUID());
    try {
      Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return; // somebody else was faster; binding tells
    }
    if (!stale.equals(identity(aside))) {
      putBack(aside, path);
      throw inUse("another process has begun to listen on it", cause);
    }
    log.info("Removing {}, a socket that nobody listens on", path);
    Files.deleteIfExists(aside);
  }

  private static void putBack(Path aside, Path path) throws IOException {
    try {
      Files.createLink(path, aside); // never over what is there
    } catch (FileAlreadyExistsException e) {
      log.warn("Two others have begun to listen on {}; the first one is cut off", path);
    }
    Files.deleteIfExists(aside);
  }

  /** Changes who may connect; does nothing if that is null. */
  void setPermissions(@Nullable Set<PosixFilePermission> permissions) throws IOException {
    if (permissions != null) {
      Files.setPosixFilePermissions(path, permissions);
    }
  }

  /** Deletes the file, unless it is another acceptor's by now. */
  void delete() {
    try {
      synchronized (UnixSocketFile.class) { // or it could be another one's by then
        Identity present = identity(path);
        if (present != null && present.equals(identity)) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      log.warn("The socket file {} could not be deleted", path, e);
    }
  }

  private static @Nullable Identity identity(Path path) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    return attributes == null
        ? null
        : new Identity(attributes.fileKey(), attributes.lastModifiedTime());
  }

  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
