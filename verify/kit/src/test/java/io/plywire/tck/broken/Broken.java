// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckSubject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A transport with one defect.
 *
 * @param defect what is wrong with it
 * @param rule the rule that it breaks, and the only one
 * @param subject the transport
 */
record Broken(String defect, String rule, TckSubject subject) {
  interface Read {
    void start(AsyncStream inner, ByteBuffer target, IoHandler handler);
  }

  interface Write {
    void start(AsyncStream inner, ByteBuffer[] sources, IoHandler handler);
  }

  interface Wait {
    void start(AsyncStream inner, IoHandler handler);
  }

  interface Teardown {
    void start(AsyncStream inner, Role role, IoHandler handler);
  }

  private static final TckEnvironment ENVIRONMENT =
      new TckEnvironment(Duration.ofSeconds(3), 20, 64 << 10, 20, 1);

  private static final TckEnvironment THOROUGH =
      new TckEnvironment(Duration.ofSeconds(3), 1000, 64 << 10, 20, 1);

  /** Rules whose violation is that something does not come; each is waited for several times. */
  private static final Set<String> HANGS =
      Set.of(
          "A5.1", "A9.4", "C1.2", "C1.3", "C1.4", "N11.2", "N2.1", "N2.2", "N4.2", "N4.3", "N6.1",
          "N7.6", "N8.4", "P3.3", "P3.6", "P3.7", "S1.3", "S2.4", "S3.2", "S3.3", "S3.4", "S3.5");

  /** Returns an environment of little effort, and of less patience where it will be needed. */
  TckEnvironment environment() {
    if (rule.equals("A1.1") || rule.equals("N7.4")) {
      return ENVIRONMENT.withPatience(Duration.ofSeconds(2)); // it is calls that hang
    }
    if (rule.equals("N8.7")) {
      return THOROUGH; // or its longest checks are left out
    }
    return HANGS.contains(rule) ? ENVIRONMENT.withPatience(Duration.ofSeconds(2)) : ENVIRONMENT;
  }

  static Broken stream(String defect, String rule, UnaryOperator<AsyncStream> decorator) {
    return new Broken(defect, rule, Subjects.pipe(defect, decorator));
  }

  static Broken reads(String defect, String rule, Read bent) {
    return stream(
        defect,
        rule,
        stream ->
            new Bent(stream) {
              @Override
              public void asyncReadSome(ByteBuffer target, IoHandler handler) {
                if (handler == null) {
                  inner.asyncReadSome(target, (IoHandler) null); // which it refuses
                } else {
                  bent.start(inner, target, handler);
                }
              }
            });
  }

  static Broken writes(String defect, String rule, Write bent) {
    return stream(
        defect,
        rule,
        stream ->
            new Bent(stream) {
              @Override
              public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
                bent.start(inner, sources, handler);
              }
            });
  }

  static Broken waits(String defect, String rule, Wait bent) {
    return stream(
        defect,
        rule,
        stream ->
            new Bent(stream) {
              @Override
              public void asyncWait(WaitType type, IoHandler handler) {
                if (type == null || handler == null) {
                  inner.asyncWait(type, handler); // which it refuses
                } else {
                  bent.start(inner, handler);
                }
              }
            });
  }

  static Broken teardowns(String defect, String rule, Teardown bent) {
    return stream(
        defect,
        rule,
        stream ->
            new Bent(stream) {
              @Override
              public void asyncTeardown(Role role, IoHandler handler) {
                bent.start(inner, role, handler);
              }
            });
  }

  static Broken executors(String defect, String rule, UnaryOperator<StreamExecutor> bent) {
    return stream(
        defect,
        rule,
        stream -> {
          StreamExecutor executor = bent.apply(stream.executor());
          return new Bent(stream) {
            @Override
            public StreamExecutor executor() {
              return executor;
            }
          };
        });
  }

  @Override
  public String toString() {
    return rule + " " + defect;
  }
}
