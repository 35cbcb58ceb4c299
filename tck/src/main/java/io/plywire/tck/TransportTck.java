// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The checks as tests of JUnit: extend it, say what is verified, and run it.
 *
 * {@snippet :
 * class SerialTransportTckTest extends TransportTck {
 *   @Override
 *   public TckSubject subject() {
 *     return new TransportSubject(new SerialTransport(), () -> Endpoint.parse("ws+serial://a"));
 *   }
 * }
 * }
 */
public abstract class TransportTck {
  /** For subclasses. */
  protected TransportTck() {}

  /** Returns what is verified. */
  public abstract TckSubject subject();

  /** Returns how long and how much. */
  public TckEnvironment environment() {
    return TckEnvironment.defaults();
  }

  /** Returns a test for each check, by groups of rules. */
  @TestFactory
  public final Stream<DynamicContainer> contract() {
    TckSubject subject = subject();
    TckRun run = TckRun.of(subject).environment(environment());
    JunitResults results = new JunitResults(run, subject);
    Map<String, List<Check>> groups = new LinkedHashMap<>();
    Rule.groups().keySet().forEach(group -> groups.put(group, new ArrayList<>()));
    run.checks()
        .forEach(check -> Objects.requireNonNull(groups.get(check.rule().group())).add(check));
    Stream<DynamicContainer> containers =
        groups.entrySet().stream()
            .filter(group -> !group.getValue().isEmpty())
            .map(
                group ->
                    dynamicContainer(
                        group.getKey() + " " + Rule.groups().get(group.getKey()),
                        group.getValue().stream().map(results::test)));
    return Stream.concat(
        containers,
        Stream.of(
            dynamicContainer(
                "waivers",
                subject.waivers().stream()
                    .map(
                        waiver ->
                            DynamicTest.dynamicTest(
                                waiver.rule() + " is needed: " + waiver.reason(),
                                () -> results.requireNotStale(waiver))))));
  }
}
