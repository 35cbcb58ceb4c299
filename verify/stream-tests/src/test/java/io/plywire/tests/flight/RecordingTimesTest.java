// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.observe.WebSocketCounters;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded depends on when, and on which events are wanted. */
@Timeout(120)
class RecordingTimesTest {
  @TempDir private Path folder;

  /** One message each way, and a goodbye. */
  private static void talk(Opened opened) {
    Received read = opened.h.read(opened.stream);
    opened.receive(Frame.text("hello"));
    assertThat(read.text()).isEqualTo("hello");
    opened.h.write(opened.stream, "hello yourself");
    opened.h.run();
    opened.h.close(opened.stream, CloseReason.NORMAL);
    opened.receive(Frame.close(1000, ""));
    opened.peer.stop();
    opened.h.run();
  }

  private List<String> names(FlightLog log) throws Exception {
    return FlightLog.read(log.dump(folder)).get("all").stream().map(Diagnosis::name).toList();
  }

  @Test
  void anOrdinaryConversationIsRecorded() throws Exception {
    try (FlightLog log = new FlightLog();
        Opened opened = Opened.as(Role.SERVER)) {
      log.chapter("all");
      talk(opened);
      List<RecordedEvent> events = FlightLog.read(log.dump(folder)).get("all");
      assertThat(events).extracting(Diagnosis::name).containsExactly("Message", "Message", "Close");
      assertThat(events)
          .filteredOn(event -> Diagnosis.name(event).equals("Message"))
          .extracting(event -> event.getBoolean("sent") + " " + event.getLong("bytes"))
          .containsExactly("false 5", "true 14");
    }
  }

  @Test
  void aRecordingThatBeginsLateHasTheEnd() throws Exception {
    try (Opened opened = Opened.as(Role.SERVER);
        FlightLog log = new FlightLog()) {
      log.chapter("all");
      talk(opened);
      assertThat(names(log)).containsExactly("Message", "Message", "Close");
    }
  }

  @Test
  void aRecordingThatBeginsLateHasTheEndOfWhatIsObservedAlready() throws Exception {
    WebSocketCounters counters = new WebSocketCounters();
    WebSocketOptions observed = Harness.quiet().withObserver(counters);
    try (Opened opened = new Opened(Role.SERVER, observed);
        FlightLog log = new FlightLog()) {
      log.chapter("all");
      talk(opened);
      assertThat(names(log)).containsExactly("Message", "Message", "Close");
      assertThat(counters.closed()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotWantedIsNotRecorded() throws Exception {
    try (Recording recording = new Recording()) {
      FlightLog.EVENTS.forEach(recording::disable); // wanted unless that is said
      recording.enable("plywire.Close");
      recording.enable("plywire.Message").with("minimumBytes", "10");
      recording.start();
      try (Opened opened = Opened.as(Role.SERVER)) {
        talk(opened);
      }
      Path file = folder.resolve("some.jfr");
      recording.dump(file);
      assertThat(RecordingFile.readAllEvents(file))
          .extracting(event -> event.getEventType().getName())
          .filteredOn(name -> name.startsWith("plywire."))
          .containsExactlyInAnyOrder("plywire.Message", "plywire.Close");
    }
  }

  @Test
  void nothingIsRecordedOfAConversationThatIsOver() throws Exception {
    try (Opened opened = Opened.as(Role.SERVER)) {
      talk(opened);
    }
    try (FlightLog log = new FlightLog()) {
      log.chapter("all");
      assertThat(names(log)).isEmpty();
    }
  }
}
