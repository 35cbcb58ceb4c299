// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/** The Reactive Streams TCK on what a WebSocket receives. */
public class MessagePublisherTckTest extends FlowPublisherVerification<Message> {
  /** Nothing is slow but a loaded machine; silence is short, since it is waited for. */
  static final TestEnvironment ENVIRONMENT = new TestEnvironment(60_000, 100, 100);

  private final Connections connections = new Connections();

  public MessagePublisherTckTest() {
    super(ENVIRONMENT, 5_000);
  }

  @Override
  public Flow.Publisher<Message> createFlowPublisher(long elements) {
    return new MessagePublisher(connections.toSender(elements));
  }

  @Override
  public Flow.Publisher<Message> createFailedFlowPublisher() {
    WebSocketStream stream = connections.toReader();
    stream.abort();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    stream.executor().execute(() -> ended.complete(null)); // behind what the abort has posted
    ended.join();
    return new MessagePublisher(stream);
  }

  // ---- a connection has one subscriber, as a publisher may; the checks for several would wait in
  // vain

  private static SkipException notApplicable() {
    return new SkipException("rule 1.11 lets a publisher have one subscriber");
  }

  @Test
  @Override
  public void optional_spec111_maySupportMultiSubscribe() {
    throw notApplicable();
  }

  @Test
  @Override
  public void optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals() {
    throw notApplicable();
  }

  @Test
  @Override
  public void
      optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne() {
    throw notApplicable();
  }

  @Test
  @Override
  public void
      optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfront() {
    throw notApplicable();
  }

  @Test
  @Override
  public void
      optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfrontAndCompleteAsExpected() {
    throw notApplicable();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    connections.close();
  }
}
