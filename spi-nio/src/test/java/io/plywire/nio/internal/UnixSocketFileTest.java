// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.nio.NioOptions;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may be at the path of a Unix-domain socket, and what becomes of it. */
@Timeout(120)
class UnixSocketFileTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();

  private final Rig rig = new Rig(1);

  @AfterEach
  void end() {
    rig.close();
  }

  private static Path stalePath() throws IOException {
    Path path = Wire.freshPath();
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(path));
    }
    return path;
  }

  private static void assertInUse(ThrowingCallable listening, String why) {
    assertThatThrownBy(listening)
        .isInstanceOfSatisfying(
            StreamException.class,
            e -> {
              assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE);
              assertThat(e).hasMessageContaining(why);
            });
  }

  private void assertServes(Acceptor acceptor) {
    Outcome<AsyncStream> accepted = Rig.accept(acceptor);
    rig.connect(acceptor.localEndpoint(), DEFAULTS).awaitResult().close();
    accepted.awaitResult().close();
  }

  @Test
  void pipeIsNeverRemoved() throws Exception {
    Path path = Wire.freshPath();
    Process mkfifo;
    try {
      mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "mkfifo is not installed: " + e.getMessage());
      return;
    }
    assertThat(mkfifo.waitFor()).isZero();
    assertInUse(() -> rig.listen(Wire.unix(path), DEFAULTS), "something else is there");
    assertThat(path).exists();
    Files.delete(path);
  }

  @Test
  void linkToAStaleSocketIsNeverRemoved() throws Exception {
    Path stale = stalePath();
    Path link = Files.createSymbolicLink(Wire.freshPath(), stale);
    assertInUse(() -> rig.listen(Wire.unix(link), DEFAULTS), "a symbolic link is there");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    Files.delete(link);
    Files.delete(stale);
  }

  @Test
  void replacingCanBeSwitchedOff() throws Exception {
    Path path = stalePath();
    assertInUse(
        () -> rig.listen(Wire.unix(path), DEFAULTS.with(NioOptions.REPLACE_STALE, false)),
        "nobody listens on it, and it is not to be replaced");
    assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
    try (Acceptor acceptor =
        rig.listen(Wire.unix(path), DEFAULTS.with(NioOptions.REPLACE_STALE, true))) {
      assertServes(acceptor);
    }
  }

  @Test
  void socketThatAnotherHasBoundInTheMeantimeIsPutBack() throws Exception {
    Path path = stalePath();
    try (ServerSocketChannel mine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Acceptor[] other = {null};
      assertThatThrownBy(
              () ->
                  UnixSocketFile.bind(
                      mine,
                      path,
                      1,
                      true,
                      () -> {
                        try { // what it finds is as stale for it
                          other[0] = rig.listen(Wire.unix(path), DEFAULTS);
                        } catch (IOException e) {
                          throw new AssertionError(e);
                        }
                      }))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("another process has begun to listen on it");
      assertServes(other[0]);
      assertThat(path.getParent().toFile().list()).containsExactly(path.getFileName().toString());
      other[0].close();
      Rig.settle(rig.loop());
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void staleFileThatVanishesInTheMeantimeIsNoTrouble() throws Exception {
    Path path = stalePath();
    try (ServerSocketChannel mine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      UnixSocketFile file = UnixSocketFile.bind(mine, path, 1, true, () -> path.toFile().delete());
      assertThat(path).exists();
      file.delete();
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void oneOfManyThatStartAtOnceGetsThePath() throws Exception {
    int starters = 4;
    ExecutorService threads = Executors.newFixedThreadPool(starters);
    try {
      for (int i = 0; i < 50; i++) {
        Path path = stalePath();
        CyclicBarrier start = new CyclicBarrier(starters);
        Callable<Acceptor> starter =
            () -> {
              start.await();
              try {
                return rig.listen(Wire.unix(path), DEFAULTS);
              } catch (StreamException e) {
                assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE);
                return null;
              }
            };
        List<Future<Acceptor>> all = new ArrayList<>();
        for (int n = 0; n < starters; n++) {
          all.add(threads.submit(starter));
        }
        List<Acceptor> winners = new ArrayList<>();
        for (Future<Acceptor> each : all) {
          if (each.get() != null) {
            winners.add(each.get());
          }
        }
        assertThat(winners).hasSize(1);
        rig.connect(Wire.unix(path), DEFAULTS).awaitResult().close();
        winners.get(0).close();
        Rig.settle(rig.loop());
        assertThat(path).doesNotExist();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void permissionsAreThoseOfTheOption() throws Exception {
    for (String permissions : List.of("rw-rw----", "rwxrwxrwx", "rw-------")) {
      Path path = Wire.freshPath();
      try (Acceptor acceptor =
          rig.listen(Wire.unix(path), DEFAULTS.with(NioOptions.PERMISSIONS, permissions))) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .isEqualTo(permissions);
        assertServes(acceptor);
      }
      Rig.settle(rig.loop());
      assertThat(path).doesNotExist();
    }
    assertThatThrownBy(
            () ->
                rig.listen(
                    Wire.unix(Wire.freshPath()), DEFAULTS.with(NioOptions.PERMISSIONS, "0660")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PERMISSIONS '0660' is not of the form rw-rw----");
  }

  /** An acceptor deletes its file on its loop, in whatever moment of the next one's listening. */
  @Test
  void aPathIsListenedOnAgainWhileTheLastAcceptorEnds() throws Exception {
    Path path = Wire.freshPath();
    for (int i = 0; i < 1_000; i++) {
      Acceptor acceptor = listenSoon(path);
      acceptor.close();
    }
    try (Acceptor last = listenSoon(path)) {
      Rig.settle(rig.loop());
      assertServes(last); // nobody has taken its file for theirs
    }
  }

  private Acceptor listenSoon(Path path) throws IOException {
    while (true) {
      try {
        return rig.listen(Wire.unix(path), DEFAULTS);
      } catch (StreamException e) {
        if (e.error() != StreamError.ADDRESS_IN_USE) { // as it may be until the last one has ended
          throw e;
        }
      }
    }
  }
}
