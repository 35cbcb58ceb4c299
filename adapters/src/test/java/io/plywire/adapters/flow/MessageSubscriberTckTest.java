// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.annotations.AfterMethod;

/** The Reactive Streams TCK on what sends, seen from inside. */
public class MessageSubscriberTckTest extends FlowSubscriberWhiteboxVerification<Message> {
  private final Connections connections = new Connections();

  public MessageSubscriberTckTest() {
    super(MessagePublisherTckTest.ENVIRONMENT);
  }

  @Override
  protected Flow.Subscriber<Message> createFlowSubscriber(WhiteboxSubscriberProbe<Message> probe) {
    MessageSubscriber inner = new MessageSubscriber(connections.toReader());
    return new Flow.Subscriber<>() {
      @Override
      public void onSubscribe(Flow.Subscription subscription) {
        inner.onSubscribe(subscription);
        probe.registerOnSubscribe(
            new SubscriberPuppet() {
              @Override
              public void triggerRequest(long elements) {
                subscription.request(elements);
              }

              @Override
              public void signalCancel() {
                subscription.cancel();
              }
            });
      }

      @Override
      public void onNext(Message item) {
        inner.onNext(item);
        probe.registerOnNext(item);
      }

      @Override
      public void onError(Throwable throwable) {
        inner.onError(throwable);
        probe.registerOnError(throwable);
      }

      @Override
      public void onComplete() {
        inner.onComplete();
        probe.registerOnComplete();
      }
    };
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
