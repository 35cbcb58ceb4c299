// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One end of two ring buffers in memory, one for each direction. */
public final class RingStream extends LockedStream {
  /** Bytes on their way, guarded by the lock of both ends. */
  private static final class Ring {
    final byte[] data;
    int head;
    int count;
    boolean ended; // nothing follows
    boolean broken; // nobody reads, or everything was reset

    Ring(int size) {
      data = new byte[size];
    }

    int put(ByteBuffer source) {
      int moved = 0;
      while (source.hasRemaining() && count < data.length) {
        int tail = (head + count) % data.length;
        int n = Math.min(source.remaining(), Math.min(data.length - count, data.length - tail));
        source.get(data, tail, n);
        count += n;
        moved += n;
      }
      return moved;
    }

    int take(ByteBuffer target) {
      int moved = 0;
      while (target.hasRemaining() && count > 0) {
        int n = Math.min(target.remaining(), Math.min(count, data.length - head));
        target.put(data, head, n);
        head = (head + n) % data.length;
        count -= n;
        moved += n;
      }
      return moved;
    }
  }

  private final Ring in;
  private final Ring out;
  private final boolean resets;
  private final AtomicBoolean told = new AtomicBoolean();
  private RingStream peer;

  private RingStream(
      StreamExecutor executor, ReentrantLock lock, Ring in, Ring out, boolean resets) {
    super(executor, lock);
    this.in = in;
    this.out = out;
    this.resets = resets;
  }

  /** Makes both ends; if it resets, the server sees that when the client is closed. */
  public static StreamPair pair(
      int windowBytes, Supplier<StreamExecutor> executors, boolean resets) {
    ReentrantLock lock = new ReentrantLock();
    Ring there = new Ring(windowBytes);
    Ring back = new Ring(windowBytes);
    RingStream client = new RingStream(executors.get(), lock, back, there, resets);
    RingStream server = new RingStream(executors.get(), lock, there, back, false);
    client.peer = server;
    server.peer = client;
    return new StreamPair(client, server);
  }

  private void tellPeer() {
    if (peer.told.compareAndSet(false, true)) {
      peer.executor().execute(peer::hear);
    }
  }

  private void hear() {
    told.set(false);
    ready();
  }

  @Override
  int tryRead(ByteBuffer target) throws IOException {
    if (in.broken) {
      throw new IOException("reset by the peer");
    }
    int n = in.take(target);
    if (n > 0) {
      tellPeer();
      return n;
    }
    return in.ended ? -1 : 0;
  }

  @Override
  boolean isReadable() {
    return in.count > 0 || in.ended || in.broken;
  }

  @Override
  long tryWrite(ByteBuffer[] sources) throws IOException {
    if (out.broken) {
      throw new IOException("nobody reads any more");
    }
    long n = 0;
    for (ByteBuffer source : sources) {
      n += out.put(source);
    }
    if (n > 0) {
      tellPeer();
    }
    return n;
  }

  @Override
  void await(boolean readable, boolean writable) {
    // The peer tells of everything it does.
  }

  @Override
  void endOutput() {
    out.ended = true;
    tellPeer();
  }

  @Override
  void closeMedium() {
    out.ended = true;
    out.broken = resets;
    in.broken = true;
    tellPeer();
  }

  @Override
  public String toString() {
    return "ring of " + out.data.length + " bytes" + (isOpen() ? "" : ", closed");
  }
}
