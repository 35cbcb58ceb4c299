// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterMethod;

/** The Reactive Streams TCK on what sends, seen from outside. */
public class SubscriberFromOutsideTckTest extends FlowSubscriberBlackboxVerification<Message> {
  private final Connections connections = new Connections();

  public SubscriberFromOutsideTckTest() {
    super(MessagePublisherTckTest.ENVIRONMENT);
  }

  @Override
  public Flow.Subscriber<Message> createFlowSubscriber() {
    return new MessageSubscriber(connections.toReader());
  }

  @Override
  public Message createElement(int element) {
    return new Message(MessageKind.BINARY, ByteBuffer.allocate(4).putInt(0, element));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    connections.close();
  }
}
