// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.tls.TlsDetector;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** The first bytes of a client that may begin TLS or not, and then goes away. */
public final class TlsDetectorFuzz {
  private TlsDetectorFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    for (Cuts cuts : Cuts.values()) {
      detect(input, cuts);
    }
  }

  private static void detect(byte[] input, Cuts cuts) {
    try (Harness h = new Harness()) {
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<TlsDetector.Detected> detection = h.handler("detection");
      TlsDetector.asyncDetect(h.serverEnd, Duration.ofSeconds(5), detection);
      h.run();
      int from = 0;
      for (int end : cuts.ends(input, input.length)) {
        peer.send(Arrays.copyOfRange(input, from, end));
        from = end;
        h.run();
        Boolean expected = isTls(input, end);
        Check.equal(detection.isDone(), expected != null, "a verdict after ", end, " bytes");
        if (expected != null) {
          Check.equal(detection.result().tls(), expected, "the verdict");
        }
      }
      peer.stop();
      h.run();
      if (isTls(input, input.length) == null) {
        Check.equal(Reading.name(detection.error()), "EOF", "the error");
      } else {
        Check.equal(readAll(h, detection.result().stream()), input, "what the client sent");
      }
    }
  }

  /** Returns whether a record with a ClientHello begins, or null if that is open still. */
  private static Boolean isTls(byte[] bytes, int count) {
    for (int i = 0; i < Math.min(count, 6); i++) {
      int b = bytes[i] & 0xFF;
      boolean fits =
          switch (i) {
            case 0 -> b == 22;
            case 1 -> b == 3;
            case 2 -> b <= 4;
            case 4 -> {
              int length = (bytes[3] & 0xFF) << 8 | b;
              yield length > 0 && length <= 1 << 14;
            }
            case 5 -> b == 1;
            default -> true;
          };
      if (!fits) {
        return false;
      }
    }
    return count < 6 ? null : true;
  }

  private static byte[] readAll(Harness h, AsyncStream stream) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(4);
    while (true) {
      Recorded<Long> read = h.handler("read");
      stream.asyncReadSome(some.clear(), Recorded.io(read));
      h.run();
      if (read.error() != null) {
        return all.toByteArray();
      }
      all.write(some.array(), 0, some.position());
    }
  }
}
