// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;

/** A layer that protects what it carries: S2. */
final class Securing {
  private static final byte[] MARKER =
      "a marker that nobody below must see".getBytes(StandardCharsets.UTF_8);

  /** As many bytes as are looked at as a head; if it is shorter, the rest does no harm. */
  private static final int HEAD = 5;

  private static final int FOLLOWING = 600;

  private static final Rule CUT = Rule.of("S2.1");
  private static final Rule GOES_ON = Rule.of("S2.5");

  private Securing() {}

  static List<Experiment> all() {
    return List.of(
        check("S2.1", "cutBetweenRecordsIsTruncation", s -> cut(s, true)),
        check("S2.1", "cutWithinARecordIsTruncation", s -> cut(s, false)),
        check("S2.2", "changedBytesAreNeverDelivered", Securing::changed),
        check("S2.3", "contentIsHidden", Securing::hidden),
        check("S2.4", "gracefulEndIsEndOfStream", Securing::graceful),
        check("S2.5", "nothingFollowsABrokenRecord", Securing::nothingFollows),
        check("S2.2", "changedHeadIsNoGoodbye", Securing::changedHead),
        check("S2.6", "refusalIsNoGoodbye", Securing::refusalIsTold),
        check("S2.7", "recordLeftOut", s -> rearranged(s, 0, (first, second) -> second)),
        check("S2.7", "recordRepeated", s -> rearranged(s, 1, (f, s2) -> joined(f, f, s2))),
        check("S2.7", "recordsSwapped", s -> rearranged(s, 0, (f, s2) -> joined(s2, f))));
  }

  private static Outcome<Void> writeRecord(Layers layers, int bytes) {
    Outcome<Void> write = layers.link().server().write(bytes);
    write.success();
    layers.link().server().settle();
    return write;
  }

  /** Returns how long the records are, each, that a byte takes below. */
  private static int recordLength(Scene scene, Layers layers) {
    LayerSubject subject = (LayerSubject) scene.subject();
    writeRecord(layers, 1); // what a handshake leaves to be said may go along with the first data
    layers.link().client().receive(1);
    int before = layers.belowServer().written().length;
    writeRecord(layers, 1);
    byte[] all = layers.belowServer().written();
    int end = subject.endOfRecord(Arrays.copyOfRange(all, before, all.length), 0);
    scene.check(end > 1, "endOfRecord() finds no record in the bytes below");
    layers.link().client().receive(1);
    return all.length - before;
  }

  private static void cut(Scene scene, boolean between) throws Exception {
    Layers layers = Layers.open(scene);
    int length = recordLength(scene, layers);
    int afterHead = between ? length : length - 1;
    // What is still under way of the handshake is behind; the next bytes are those of the record.
    layers.belowClient().endAfter(afterHead);
    writeRecord(layers, 1);
    if (between) {
      layers.link().client().receive(1);
    }
    for (int i = 0; i < 3; i++) {
      layers.link().client().read(10).failure(StreamError.TRUNCATED);
    }
  }

  /** Changes a byte in the middle of a record, and in another one the last. */
  private static void changed(Scene scene) throws Exception {
    for (boolean last : new boolean[] {false, true}) {
      Layers layers = Layers.open(scene);
      int length = recordLength(scene, layers);
      layers.belowClient().changeAfter(last ? length - 1 : length / 2);
      writeRecord(layers, 1);
      expectRefusal(scene, unseen(layers));
    }
  }

  private static void nothingFollows(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    int length = recordLength(scene, layers);
    layers.belowClient().changeAfter(length - 1);
    writeRecord(layers, 1);
    AsyncStream reader = unseen(layers);
    expectRefusal(scene, reader);
    layers.link().server().write(1).ended(); // or the peer has given up by now
    for (int i = 0; i < 3; i++) {
      Outcome<Void> read = read(scene, reader);
      scene.check(
          read.error() != null, "%d bytes were delivered after a broken record", read.bytes());
    }
  }

  /** Changes bits of the first bytes; enough follows that nobody has to wait for more. */
  private static void changedHead(Scene scene) throws Exception {
    for (int at = 0; at < HEAD; at++) {
      for (int bits : new int[] {0x80, 1}) {
        Layers layers = Layers.open(scene);
        recordLength(scene, layers);
        byte sent = layers.link().client().expected(1).get(0);
        layers.belowClient().changeAfter(at, bits);
        writeRecord(layers, 1);
        layers.link().server().write(FOLLOWING).ended(); // or the peer has given up by now
        expectNothingElse(scene, layers, sent);
        scene.closeAll();
      }
    }
  }

  /** A change without any effect does no harm; but nothing else may come, and no end in order. */
  private static void expectNothingElse(Scene scene, Layers layers, byte sent) {
    ByteBuffer target = ByteBuffer.allocate(1);
    Outcome<Void> read = scene.outcome("read after a change of a head");
    unseen(layers).asyncReadSome(target, read);
    scene.check(
        !read.ended().failedWith(StreamError.EOF),
        "a record whose head was changed is taken for the end of the stream");
    scene.check(
        read.error() != null || target.get(0) == sent,
        "something else was delivered after the head of a record was changed");
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Puts others in the place of some records, and demands that the reader notices. */
  private static void rearranged(Scene scene, int unharmed, BinaryOperator<byte[]> change)
      throws Exception {
    Layers layers = Layers.open(scene);
    int length = recordLength(scene, layers);
    layers
        .belowClient()
        .replace(
            2 * length,
            both ->
                change.apply(
                    Arrays.copyOf(both, length), Arrays.copyOfRange(both, length, both.length)));
    writeRecord(layers, 1);
    writeRecord(layers, 1);
    AsyncStream reader = unseen(layers);
    long delivered = 0;
    Outcome<Void> read = read(scene, reader);
    while (read.error() == null && delivered <= unharmed) {
      delivered += read.bytes();
      read = read(scene, reader);
    }
    scene.check(
        delivered <= unharmed && !read.failedWith(StreamError.EOF),
        "%d records were left as they were, %d bytes were delivered, and then came %s",
        unharmed,
        delivered,
        read.error() == null ? "more" : read.error());
  }

  private static void refusalIsTold(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    int length = recordLength(scene, layers);
    Outcome<Void> told = layers.link().server().read(10);
    int before = layers.belowClient().written().length;
    layers.belowClient().changeAfter(length - 1);
    writeRecord(layers, 1);
    expectRefusal(scene, unseen(layers));
    IOException error = told.ended(GOES_ON).error();
    boolean silent = layers.belowClient().written().length == before;
    scene.check(
        silent ? CUT : scene.rule(), // who was told nothing has seen the end below, no more
        error instanceof OperationException && !told.failedWith(StreamError.EOF),
        "the peer of who refused a record is told %s",
        error == null ? told.bytes() + " bytes" : error);
  }

  /** Returns the client as a stream whose bytes nobody looks at: what comes may be anything. */
  private static AsyncStream unseen(Layers layers) {
    return layers.link().client().unseen();
  }

  private static Outcome<Void> read(Scene scene, AsyncStream stream) {
    Outcome<Void> read = scene.outcome("read after a change");
    stream.asyncReadSome(ByteBuffer.allocate(10), read);
    return read.ended();
  }

  private static void expectRefusal(Scene scene, AsyncStream stream) {
    Outcome<Void> read = read(scene, stream);
    Rule rule = Rule.of("S2.2");
    scene.check(
        rule, read.error() != null, "%d bytes of a changed record were delivered", read.bytes());
    scene.check(
        rule,
        read.error() instanceof OperationException known
            && (known.condition() == ErrorCondition.PROTOCOL_VIOLATION
                || known.condition() == ErrorCondition.CONNECTION_LOST),
        "a read of a changed record ended with %s",
        read.error());
  }

  private static void hidden(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    ByteBuffer[] sources = {ByteBuffer.wrap(MARKER)};
    Outcome<Void> write = layers.link().client().outcome("write");
    layers.link().client().raw().asyncWriteSome(sources, write);
    write.success();
    layers.link().settle();
    String below = new String(layers.belowClient().written(), StandardCharsets.ISO_8859_1);
    scene.check(!below.isEmpty(), "nothing was written to the layer below");
    scene.check(
        !below.contains(new String(MARKER, StandardCharsets.ISO_8859_1)),
        "what was written appears in the layer below");
  }

  private static void graceful(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    layers.link().server().writeOne();
    Outcome<Void> teardown = layers.link().server().teardown(Role.SERVER);
    layers.link().client().receive(1);
    layers.link().client().read(10).failure(StreamError.EOF);
    layers.link().client().teardown(Role.CLIENT).success();
    teardown.success();
    scene.eventually(
        () -> !layers.belowServer().isOpen() && !layers.belowClient().isOpen(),
        () -> "the layer below is open after the teardown");
  }
}
