// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.serial;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportTck;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;

class SerialTransportTckTest extends TransportTck {
  private static final InMemoryLoop SERVERS = new InMemoryLoop("serial-servers");

  @Override
  public TckSubject subject() {
    return new TckSubject() {
      @Override
      public String name() {
        return "serial";
      }

      @Override
      public StreamPair open() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          Endpoint remote =
              Endpoint.parse("ws+serial://localhost:" + listener.getLocalPort() + "/");
          AsyncStream client =
              new SerialTransport()
                  .asyncConnect(remote, TransportOptions.defaults(), useBlocking());
          return new StreamPair(client, new SerialStream(listener.accept(), SERVERS));
        }
      }

      @Override
      public StreamPair openForReset() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
          client.setSoLinger(true, 0); // close() resets
          return new StreamPair(
              new SerialStream(client, InMemoryLoop.shared()),
              new SerialStream(listener.accept(), SERVERS));
        }
      }

      @Override
      public Set<Trait> traits() {
        return new SerialTransport().traits();
      }
    };
  }

  @Override
  public TckEnvironment environment() {
    return TckEnvironment.quick();
  }
}
