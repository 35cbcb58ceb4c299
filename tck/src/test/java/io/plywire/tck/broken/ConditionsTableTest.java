// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioTransport;
import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConditionsTableTest {
  @Test
  void print() {
    TckEnvironment little = new TckEnvironment(Duration.ofSeconds(10), 20, 64 << 10, 20, 1);
    Map<String, Set<Condition>> met = new TreeMap<>();
    List<TckSubject> subjects =
        List.of(
            TransportSubject.ofEachScheme(new InMemoryTransport()).get(0),
            TransportSubject.ofEachScheme(new NioTransport()).get(0),
            BrokenLayers.sealed(Set.of()));
    for (TckSubject subject : subjects) {
      TckReport report = TckRun.of(subject).environment(little).run();
      System.out.println(report.text().lines().limit(60).toList());
      report
          .conditions()
          .forEach(
              (rule, c) ->
                  met.computeIfAbsent(rule, r -> EnumSet.noneOf(Condition.class)).addAll(c));
    }
    for (Rule rule : Rule.all()) {
      StringBuilder line = new StringBuilder(String.format("TABLE %-6s", rule.id()));
      for (Condition each : Condition.values()) {
        line.append(met.getOrDefault(rule.id(), Set.of()).contains(each) ? " X" : " .");
      }
      System.out.println(line);
    }
  }
}
