// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.aio;

import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import io.plywire.tck.TransportTck;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.net.StandardSocketOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The provider of the tutorial keeps the contract. */
class AioTransportTckTest extends TransportTck {
  @Override
  public TckSubject subject() {
    return new TransportSubject(new AioTransport(), () -> Endpoint.parse("ws+aio://127.0.0.1:0/")) {
      /** The channels of this provider have no SO_LINGER, but those of another one do. */
      @Override
      public StreamPair openForReset() throws Exception {
        try (Acceptor acceptor = listen(TransportOptions.defaults())) {
          CompletableFuture<AsyncStream> accepted =
              acceptor.asyncAccept(CompletionToken.useFuture());
          AsyncStream client =
              new NioTransport()
                  .asyncConnect(
                      Endpoint.parse("ws://127.0.0.1:" + acceptor.localEndpoint().port() + "/"),
                      TransportOptions.defaults().with(StandardSocketOptions.SO_LINGER, 0),
                      CompletionToken.useBlocking());
          return new StreamPair(client, accepted.get(30, TimeUnit.SECONDS));
        }
      }
    };
  }

  @Override
  public TckEnvironment environment() {
    return TckEnvironment.quick();
  }
}
