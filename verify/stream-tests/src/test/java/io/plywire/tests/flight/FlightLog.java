// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.StackTrace;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Records all of plywire's events into one file, in chapters that are read back one by one. */
final class FlightLog implements AutoCloseable {
  static final List<String> EVENTS =
      List.of(
          "plywire.Connect",
          "plywire.LayerHandshake",
          "plywire.AcceptFailed",
          "plywire.Handshake",
          "plywire.Message",
          "plywire.MessageDropped",
          "plywire.WriteStall",
          "plywire.RoundTrip",
          "plywire.Close");

  /** Where a chapter begins. */
  @Name("plywire.tests.Chapter")
  @StackTrace(false)
  static final class Chapter extends Event {
    String title;
  }

  private final Recording recording = new Recording();

  /** Begins to record. */
  FlightLog() {
    EVENTS.forEach(event -> recording.enable(event).withoutThreshold());
    recording.enable("plywire.Message").with("minimumBytes", "0");
    recording.enable(Chapter.class);
    recording.start();
  }

  /** Begins a chapter, which has what happens until the next one. */
  void chapter(String title) {
    Chapter chapter = new Chapter();
    chapter.title = title;
    chapter.commit();
  }

  /** Writes the file. */
  Path dump(Path folder) throws IOException {
    Path file = folder.resolve("failures.jfr");
    recording.dump(file);
    return file;
  }

  /** Returns what happened in each chapter, in order. */
  static Map<String, List<RecordedEvent>> read(Path file) throws IOException {
    List<RecordedEvent> all = new ArrayList<>(RecordingFile.readAllEvents(file));
    all.sort(Comparator.comparing(RecordedEvent::getStartTime));
    Map<String, List<RecordedEvent>> chapters = new LinkedHashMap<>();
    List<RecordedEvent> open = new ArrayList<>();
    for (RecordedEvent event : all) {
      String name = event.getEventType().getName();
      if (name.equals("plywire.tests.Chapter")) {
        open = new ArrayList<>();
        chapters.put(event.getString("title"), open);
      } else if (EVENTS.contains(name)) {
        open.add(event);
      }
    }
    return chapters;
  }

  @Override
  public void close() {
    recording.close();
  }
}
