// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.IoKind;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Next layers that break their contract: nothing may hang, and nothing may stay open. */
class BadLayerTest {
  /** Makes a layer whose calls may be taken over; the predicate tells whether it has done so. */
  private static AsyncStream layer(AsyncStream inner, BiPredicate<String, Object[]> takesOver) {
    return (AsyncStream)
        Proxy.newProxyInstance(
            AsyncStream.class.getClassLoader(),
            new Class<?>[] {AsyncStream.class},
            (proxy, method, arguments) -> {
              if (takesOver.test(method.getName(), arguments)) {
                return null;
              }
              try {
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void teardownThatLeavesTheLayerOpen() {
    try (Harness h = new Harness()) {
      AsyncStream bad =
          layer(
              h.serverEnd,
              (method, arguments) -> {
                if (!method.equals("asyncTeardown")) {
                  return false;
                }
                IoHandler handler = (IoHandler) arguments[1];
                h.executor.execute(
                    () -> handler.completed(new StreamException(StreamError.IO, "no teardown"), 0));
                return true;
              });
      WebSocketStream server = new WebSocketStream(bad, Harness.quiet());
      RawPeer peer = h.openServer(server);
      Received read = h.read(server);
      peer.send(Frame.close(1000, "").mask());
      h.run();
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(h.serverEnd.isOpen()).isFalse();
    }
  }

  /** The initiating call of a layer throws: the operation fails, the rest is aborted. */
  @ParameterizedTest
  @EnumSource(IoKind.class)
  void callThatThrows(IoKind kind) {
    try (Harness h = new Harness()) {
      boolean[] throwsNow = {false};
      AsyncStream bad =
          layer(
              h.serverEnd,
              (method, arguments) -> {
                if (throwsNow[0] && method.equals(kind.method())) {
                  throw new IllegalStateException("bug in " + method);
                }
                return false;
              });
      WebSocketStream server = new WebSocketStream(bad, Harness.quiet());
      RawPeer peer = h.openServer(server);
      throwsNow[0] = true;
      Received read = h.read(server);
      var write = h.write(server, "w");
      h.run();
      peer.send(Frame.close(1000, "").mask());
      h.run();
      peer.stop();
      h.run();
      assertThat(read.handler.error()).isNotNull();
      assertThat(write.isDone()).isTrue();
      StreamException told =
          kind == IoKind.WRITE
              ? write.assertFailed(StreamError.IO)
              : read.handler.assertFailed(StreamError.IO);
      assertThat(told.getCause()).hasMessageContaining("bug in " + kind.method());
      assertThat(server.closeOutcome().cause()).isSameAs(told);
      assertThat(h.serverEnd.isOpen()).isFalse();
      assertThat(peer.end()).isNotNull();
      server.abort();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void handshakeOverALayerThatThrows(Role role) {
    try (Harness h = new Harness()) {
      AsyncStream bad =
          layer(
              role == Role.CLIENT ? h.clientEnd : h.serverEnd,
              (method, arguments) -> {
                if (method.equals(role == Role.CLIENT ? "asyncWriteSome" : "asyncWait")) {
                  throw new IllegalStateException("bug");
                }
                return false;
              });
      WebSocketStream stream = new WebSocketStream(bad, Harness.quiet());
      IOException[] end = new IOException[1];
      if (role == Role.CLIENT) {
        stream.asyncHandshake("example.com", "/", (error, response) -> end[0] = error);
      } else {
        stream.asyncAccept((error, request) -> end[0] = error);
      }
      h.run();
      assertThat(end[0]).isInstanceOf(StreamException.class);
      assertThat(((StreamException) end[0]).error()).isEqualTo(StreamError.IO);
      assertThat((role == Role.CLIENT ? h.clientEnd : h.serverEnd).isOpen()).isFalse();
    }
  }
}
