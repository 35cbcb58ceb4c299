// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NioTransportTest {
  @Test
  void serviceLoaderFindsTheProvider() {
    assertThat(ServiceLoader.load(TransportProvider.class))
        .singleElement()
        .isInstanceOfSatisfying(
            NioTransport.class,
            transport -> {
              assertThat(transport.name()).isEqualTo("nio");
              assertThat(transport.schemes()).containsExactlyInAnyOrder("ws", "ws+unix");
              assertThat(transport.availability().available()).isTrue();
              assertThat(transport.availability().reason()).startsWith("Java NIO, ");
            });
  }

  @Test
  void moduleAndServiceDescriptorAgree() throws Exception {
    Path classes =
        Path.of(NioTransport.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module;
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      module = ModuleDescriptor.read(in);
    }
    String service = TransportProvider.class.getName();
    assertThat(module.provides())
        .singleElement()
        .satisfies(
            provides -> {
              assertThat(provides.service()).isEqualTo(service);
              assertThat(provides.providers())
                  .isEqualTo(Files.readAllLines(classes.resolve("META-INF/services/" + service)));
            });
    assertThat(module.exports())
        .singleElement()
        .satisfies(exports -> assertThat(exports.source()).isEqualTo("io.plywire.nio"));
  }

  @Test
  void declaredTraitsAreThoseOfTheContract() {
    assertThat(new NioTransport().traits()).containsExactlyInAnyOrder(Trait.values());
  }

  @Test
  void transportWithAGroupUsesItsLoops() throws Exception {
    try (NioEventLoopGroup group = new NioEventLoopGroup(2)) {
      NioTransport transport = new NioTransport(group);
      assertThat(group.loops()).contains((NioEventLoop) transport.executor());
      try (Acceptor acceptor =
          transport.listen(Endpoint.parse("ws://127.0.0.1:0"), TransportOptions.defaults())) {
        assertThat(group.loops()).contains((NioEventLoop) acceptor.executor());
      }
      assertThat(transport.toString()).contains("plywire-nio-");
    }
  }

  @Test
  void bytesGoBothWaysOnTheSharedLoop() throws Exception {
    NioTransport transport = new NioTransport();
    try (Acceptor acceptor =
        transport.listen(Endpoint.parse("ws://127.0.0.1:0"), TransportOptions.defaults())) {
      CompletableFuture<AsyncStream> accepted = acceptor.asyncAccept(useFuture());
      try (AsyncStream client =
              transport.asyncConnect(
                  acceptor.localEndpoint(), TransportOptions.defaults(), useBlocking());
          AsyncStream server = accepted.get(10, TimeUnit.SECONDS)) {
        ByteBuffer[] hello = {ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))};
        assertThat(client.asyncWriteSome(hello, useBlocking())).isEqualTo(5);
        ByteBuffer in = ByteBuffer.allocate(16);
        assertThat(server.asyncReadSome(in, useBlocking())).isEqualTo(5);
        assertThat(new String(in.array(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("hello");
        assertThat(server.toString()).startsWith("nio[tcp /127.0.0.1:");
      }
    }
  }
}
