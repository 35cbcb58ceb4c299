// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;

/**
 * An engine that knows how many of its compressors and decompressors are alive, that can be told to
 * break, and that takes note of whoever uses what is closed or has broken.
 */
public final class CountingEngine implements DeflateEngine {
  private final DeflateEngine engine;
  private final AtomicInteger compressors = new AtomicInteger();
  private final AtomicInteger decompressors = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean broken;
  private volatile int failing = Integer.MAX_VALUE;
  private volatile String misuse;

  public CountingEngine(DeflateEngine engine) {
    this.engine = engine;
  }

  /** Returns how many compressors have been made and not been closed. */
  public int compressors() {
    return compressors.get();
  }

  /** Returns how many decompressors have been made and not been closed. */
  public int decompressors() {
    return decompressors.get();
  }

  /** Lets all decompressors throw what they must not throw. */
  public void breakDecompressors() {
    broken = true;
  }

  /** Lets a call throw what it must not throw, whichever it is; 0 is the first one from now on. */
  public void failAt(int call) {
    calls.set(0);
    failing = call;
  }

  /** Tells whether the call that {@link #failAt} speaks of has come. */
  public boolean hasFailed() {
    return calls.get() > failing;
  }

  /** Returns who was used after its end, or after it had broken, or null. */
  public String misuse() {
    return misuse;
  }

  /** Returns how many of both were made. */
  public int made() {
    return made.get();
  }

  /** Returns how many times something was compressed up to a flush. */
  public int flushes() {
    return flushes.get();
  }

  /** What both have in common. */
  private final class Life {
    private final String name;
    private final AtomicInteger alive;
    private boolean closed;
    private boolean spoiled;

    Life(String name, AtomicInteger alive) {
      this.name = name;
      this.alive = alive;
      alive.incrementAndGet();
      made.incrementAndGet();
    }

    void use(String what) {
      if (closed || spoiled) {
        misuse = what + " of a " + name + " that is " + (closed ? "closed" : "broken");
      }
      spoiled = true; // unless it returns
      fail(what + " of a " + name);
      spoiled = false;
    }

    void close() {
      boolean first = !closed;
      closed = true;
      if (first) {
        alive.decrementAndGet();
        fail("close of a " + name);
      }
    }
  }

  private void fail(String what) {
    if (calls.getAndIncrement() == failing) {
      throw new IllegalStateException(what + ": broken on purpose");
    }
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public int minWindowBits() {
    return engine.minWindowBits();
  }

  @Override
  public boolean hasMemoryLevels() {
    return engine.hasMemoryLevels();
  }

  @Override
  public Compressor compressor(int windowBits, int level, int memoryLevel) {
    fail("making a compressor");
    Compressor inner = engine.compressor(windowBits, level, memoryLevel);
    Life life = new Life("compressor", compressors);
    return new Compressor() {
      @Override
      public boolean compress(ByteBuffer source, ByteBuffer target, boolean flush) {
        life.use("compress");
        boolean done = inner.compress(source, target, flush);
        if (flush && done) {
          flushes.incrementAndGet();
        }
        return done;
      }

      @Override
      public void reset() {
        life.use("reset");
        inner.reset();
      }

      @Override
      public void close() {
        inner.close();
        life.close();
      }
    };
  }

  @Override
  public Decompressor decompressor(int windowBits) {
    fail("making a decompressor");
    Decompressor inner = engine.decompressor(windowBits);
    Life life = new Life("decompressor", decompressors);
    return new Decompressor() {
      @Override
      public boolean decompress(ByteBuffer source, ByteBuffer target) throws DataFormatException {
        life.use("decompress");
        if (broken) {
          throw new IllegalStateException("broken on purpose");
        }
        return inner.decompress(source, target);
      }

      @Override
      public void reset() {
        life.use("reset");
        inner.reset();
      }

      @Override
      public void close() {
        inner.close();
        life.close();
      }
    };
  }
}
