// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written of the events is what the recorder knows of them. */
@Timeout(60)
class FlightSettingsTest {
  private static final Set<String> OF_ALL =
      Set.of("startTime", "duration", "eventThread", "stackTrace");
  private static final Set<String> OF_ERRORS = Set.of("error", "condition", "message");
  private static final Set<String> OF_CONNECTIONS = Set.of("connection", "role", "local", "remote");

  private static final Pattern ROW =
      Pattern.compile("^\\| `(plywire\\.\\w+)` \\|.*\\| (.*) \\|$", Pattern.MULTILINE);

  private static final Map<String, EventType> types = new TreeMap<>();

  /** A client that finds nobody is enough for all of them to be known. */
  @BeforeAll
  static void record() throws Exception {
    try (FlightLog log = new FlightLog()) {
      log.chapter("refused");
      StagedFailure.REFUSED.staging.run();
      FlightRecorder.getFlightRecorder().getEventTypes().stream()
          .filter(type -> type.getName().matches("plywire\\.\\w+"))
          .forEach(type -> types.put(type.getName(), type));
    }
  }

  /** The defaults, so that they show where they can be changed. */
  @Test
  void settingsFitTheEvents() throws Exception {
    Path file = Repository.root().resolve("docs/plywire.jfc");
    Map<String, String> defaults = new TreeMap<>();
    types.forEach(
        (name, type) -> {
          for (SettingDescriptor setting : type.getSettingDescriptors()) {
            defaults.put(name + "#" + setting.getName(), setting.getDefaultValue());
          }
        });
    Map<String, String> settings = Configuration.create(file).getSettings();
    assertThat(defaults).containsAllEntriesOf(settings);
    assertThat(settings)
        .containsEntry("plywire.Message#minimumBytes", "65536")
        .containsEntry("plywire.LoopTurn#threshold", "20 ms");
    assertThat(types.keySet())
        .allSatisfy(name -> assertThat(settings).containsEntry(name + "#enabled", "true"));
  }

  @Test
  void tableHasTheEventsAndTheirFields() throws Exception {
    String page = Files.readString(Repository.root().resolve("docs/observing.md"));
    Map<String, Set<String>> shown = new LinkedHashMap<>();
    for (Matcher row = ROW.matcher(page); row.find(); ) {
      Set<String> fields = new TreeSet<>();
      Matcher field = Pattern.compile("`(\\w+)`").matcher(row.group(2));
      while (field.find()) {
        fields.add(field.group(1));
      }
      shown.put(row.group(1), fields);
    }
    assertThat(shown.keySet()).containsExactlyInAnyOrderElementsOf(types.keySet());
    shown.forEach((name, fields) -> assertThat(fields).as(name).isEqualTo(own(types.get(name))));
    assertThat(shown.keySet()).containsAll(FlightLog.EVENTS).hasSize(FlightLog.EVENTS.size() + 1);
  }

  /** The fields of an event besides those that whole groups of events have. */
  private static Set<String> own(EventType type) {
    List<String> fields = type.getFields().stream().map(ValueDescriptor::getName).toList();
    boolean ofConnection = fields.contains("connection");
    assertThat(fields.containsAll(OF_ERRORS))
        .as(type.getName())
        .isNotEqualTo(type.getName().equals("plywire.LoopTurn"));
    return fields.stream()
        .filter(field -> !OF_ALL.contains(field) && !OF_ERRORS.contains(field))
        .filter(field -> !(ofConnection && OF_CONNECTIONS.contains(field)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyEventAndFieldIsExplained() {
    assertThat(types).hasSize(10);
    types.forEach(
        (name, type) -> {
          assertThat(type.getDescription()).as(name).isNotBlank();
          assertThat(type.getCategoryNames()).as(name).containsExactly("plywire");
          assertThat(type.getFields())
              .allSatisfy(field -> assertThat(field.getLabel()).as(name).isNotBlank());
        });
  }
}
