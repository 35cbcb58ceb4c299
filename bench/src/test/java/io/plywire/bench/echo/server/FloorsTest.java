// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.bench.echo.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The floors with every cut of what they read and small bites of what they write. */
class FloorsTest {
  private static final int KEY = 0x81C3_5A07;

  private final Random random = new Random(1);
  private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream();
  private final ByteArrayOutputStream echoed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream echoedBytes = new ByteArrayOutputStream();

  /** Gives what came in parts, and takes some bytes at a time. */
  private static final class ScriptedWire implements Wire {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final ByteBuffer coming;
    private final int bite;
    int partEnd;

    ScriptedWire(byte[] coming, int bite) {
      this.coming = ByteBuffer.wrap(coming);
      this.bite = bite;
    }

    @Override
    public int read(ByteBuffer target) {
      int n = Math.min(partEnd - coming.position(), target.remaining());
      target.put(coming.slice().limit(n));
      coming.position(coming.position() + n);
      return n;
    }

    @Override
    public int write(ByteBuffer source) {
      int n = Math.min(bite, source.remaining());
      for (int i = 0; i < n; i++) {
        taken.write(source.get());
      }
      return n;
    }

    boolean hasMore() {
      return coming.position() < partEnd;
    }

    @Override
    public boolean flush() {
      return true;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** Knows only what is waited for. */
  private static final class Key extends SelectionKey {
    int interest = OP_READ;

    @Override
    public SelectionKey interestOps(int ops) {
      interest = ops;
      return this;
    }

    @Override
    public int interestOps() {
      return interest;
    }

    @Override
    public int readyOps() {
      return interest;
    }

    @Override
    public SelectableChannel channel() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Selector selector() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public void cancel() {}
  }

  private void message(int size) {
    byte[] payload = new byte[size];
    random.nextBytes(payload);
    ByteBuffer header = ByteBuffer.allocate(14).put((byte) 0x82);
    if (size < 126) {
      header.put((byte) size);
    } else if (size < 1 << 16) {
      header.put((byte) 126).putShort((short) size);
    } else {
      header.put((byte) 127).putLong(size);
    }
    echoed.write(header.array(), 0, header.position());
    echoed.writeBytes(payload);
    echoedBytes.write(header.array(), 0, header.position());
    header.put(1, (byte) (header.get(1) | 0x80)).putInt(KEY);
    fromClient.write(header.array(), 0, header.position());
    for (int i = 0; i < size; i++) {
      payload[i] ^= (byte) (KEY >> 24 - 8 * (i & 3));
    }
    fromClient.writeBytes(payload);
    echoedBytes.writeBytes(payload);
  }

  private byte[] echo(boolean messages, int bite, int... cuts) throws IOException {
    byte[] all = fromClient.toByteArray();
    ScriptedWire wire = new ScriptedWire(all, bite);
    Key key = new Key();
    Block.Pool pool = new Block.Pool(true);
    SelectorServer.Stage stage =
        messages ? new MessageEcho(wire, key, pool) : new ByteEcho(wire, key, pool);
    for (int cut : cuts) {
      wire.partEnd = cut;
      while (wire.hasMore() || key.interest == SelectionKey.OP_WRITE) {
        stage.ready();
      }
    }
    return wire.taken.toByteArray();
  }

  private void check(int bite, int... cuts) throws IOException {
    assertThat(echo(true, bite, cuts)).as("cuts %s", cuts).isEqualTo(echoed.toByteArray());
    assertThat(echo(false, bite, cuts)).as("cuts %s", cuts).isEqualTo(echoedBytes.toByteArray());
  }

  @Test
  void everyCutOfSmallMessages() throws IOException {
    for (int size : new int[] {3, 0, 16, 126, 9}) {
      message(size);
    }
    int length = fromClient.size();
    for (int cut = 1; cut < length; cut++) {
      check(Integer.MAX_VALUE, cut, length);
      check(7, cut, length);
    }
  }

  @Test
  void byteByByte() throws IOException {
    message(20);
    message(200);
    int[] cuts = new int[fromClient.size()];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = i + 1;
    }
    check(3, cuts);
  }

  @Test
  void largeMessagesAndSmallOnesBetweenThem() throws IOException {
    for (int size : List.of(5_000, 100, 70_000, 16, 4_096, 16, 300_000, 50, 400_000, 1)) {
      message(size);
    }
    int length = fromClient.size();
    check(Integer.MAX_VALUE, length);
    check(10_000, length);
    for (int round = 0; round < 20; round++) {
      int[] cuts =
          IntStream.concat(random.ints(6, 1, length), IntStream.of(length)).sorted().toArray();
      check(20_000, cuts);
      check(Integer.MAX_VALUE, cuts);
    }
  }

  @Test
  void whatTheyDoNotEchoIsRefused() {
    fromClient.writeBytes(new byte[] {(byte) 0x82, 1, 1}); // not masked
    assertThatThrownBy(() -> echo(true, 1, 3)).hasMessageContaining("masked");
    assertThatThrownBy(() -> echo(false, 1, 3)).hasMessageContaining("masked");
  }
}
