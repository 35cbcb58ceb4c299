// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pipe on a manual executor, for tests that hold however operations are called. After each test
 * nothing may be left over.
 */
@ParameterizedClass
@EnumSource(Calling.class)
abstract class PipeTest {
  static final int WINDOW = 8;

  @Parameter Calling calling;

  final ManualExecutor executor = new ManualExecutor();
  InMemoryPipe pipe;
  InMemoryStream client;
  InMemoryStream server;

  /** Makes the pipe of this test; called before any other method here. */
  void connect(InMemoryPipe.Builder builder) {
    pipe = builder.build();
    client = pipe.client();
    server = pipe.server();
    client.faults().postAlways(calling == Calling.POSTED_ALWAYS);
    server.faults().postAlways(calling == Calling.POSTED_ALWAYS);
  }

  void connect() {
    connect(InMemoryPipe.builder(executor).windowBytes(WINDOW));
  }

  Result read(InMemoryStream stream, ByteBuffer target) {
    return call(result -> stream.asyncReadSome(target, result));
  }

  Result write(InMemoryStream stream, ByteBuffer... sources) {
    return call(result -> stream.asyncWriteSome(sources, result));
  }

  Result write(InMemoryStream stream, String text) {
    return write(stream, Bytes.of(text));
  }

  Result await(InMemoryStream stream) {
    return call(result -> stream.asyncWait(WaitType.READ, result));
  }

  Result teardown(InMemoryStream stream, Role role) {
    return call(result -> stream.asyncTeardown(role, result));
  }

  /** Calls, and runs all that follows from it. */
  Result call(Consumer<Result> initiating) {
    Result result = new Result();
    calling.call(executor, () -> initiating.accept(result));
    executor.runUntilIdle(1_000);
    return result;
  }

  /** Reads once and returns the text. */
  String readText(InMemoryStream stream) {
    ByteBuffer target = ByteBuffer.allocate(64);
    Result result = read(stream, target);
    result.assertMoved(target.position());
    return Bytes.before(target);
  }

  @AfterEach
  void nothingIsLeftAfterClose() {
    if (pipe != null) {
      client.close();
      server.close();
      executor.runUntilIdle(1_000);
      assertThat(client.outstanding()).isEmpty();
      assertThat(server.outstanding()).isEmpty();
      assertThat(client.inFlight(Direction.INBOUND)).isZero();
      assertThat(client.inFlight(Direction.OUTBOUND)).isZero();
      assertThat(executor.pendingTimers()).isZero();
      assertThat(executor.buffers().outstanding()).isZero();
    }
  }
}
