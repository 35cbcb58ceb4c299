// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import com.google.gson.JsonObject;
import io.plywire.stream.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is expected of every case in both roles: the committed file, one line for each case.
 * Immutable.
 */
public final class Expectation {
  private final Map<Role, SortedMap<CaseId, Outcome>> byRole;

  private Expectation(Map<Role, SortedMap<CaseId, Outcome>> byRole) {
    this.byRole = byRole;
  }

  /**
   * Reads the file.
   *
   * @throws IOException if it cannot be read, or has no case for a role
   */
  public static Expectation read(Path file) throws IOException {
    JsonObject root = Outcomes.parse(file);
    Map<Role, SortedMap<CaseId, Outcome>> byRole = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      SortedMap<CaseId, Outcome> outcomes = Outcomes.member(file, root, name(role));
      if (outcomes.isEmpty()) {
        throw new IOException(file + " expects nothing of the role '" + name(role) + "'");
      }
      byRole.put(role, outcomes);
    }
    return new Expectation(byRole);
  }

  /** Returns the name of a role in the file and in reports. */
  public static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  /** Returns what is expected of all cases in a role. */
  public SortedMap<CaseId, Outcome> of(Role role) {
    return Collections.unmodifiableSortedMap(
        byRole.getOrDefault(role, Collections.emptySortedMap()));
  }

  /**
   * Returns what is expected of some cases in a role.
   *
   * @param role which role plywire plays
   * @param cases the choice
   */
  public SortedMap<CaseId, Outcome> of(Role role, CasePatterns cases) {
    SortedMap<CaseId, Outcome> chosen = new TreeMap<>(of(role));
    chosen.keySet().removeIf(id -> !cases.chooses(id));
    return chosen;
  }

  /**
   * Returns a copy in which a run replaces what was expected of the cases it was to run.
   *
   * @param role which role plywire played
   * @param cases the choice of the run
   * @param outcomes how its cases went
   */
  public Expectation with(Role role, CasePatterns cases, Map<CaseId, Outcome> outcomes) {
    SortedMap<CaseId, Outcome> merged = new TreeMap<>(of(role));
    merged.keySet().removeIf(cases::chooses);
    merged.putAll(outcomes);
    Map<Role, SortedMap<CaseId, Outcome>> changed = new EnumMap<>(byRole);
    changed.put(role, merged);
    return new Expectation(changed);
  }

  /** Writes the file. */
  public void write(Path file) throws IOException {
    List<String> roles = new ArrayList<>();
    for (Role role : Role.values()) {
      List<String> lines = new ArrayList<>();
      of(role).forEach((id, outcome) -> lines.add(line(id, outcome)));
      roles.add("  \"" + name(role) + "\": {\n" + String.join(",\n", lines) + "\n  }");
    }
    Files.writeString(file, "{\n" + String.join(",\n", roles) + "\n}\n");
  }

  private static String line(CaseId id, Outcome outcome) {
    return String.format(
        "    \"%s\": {\"%s\": \"%s\", \"%s\": \"%s\"}",
        id, Outcomes.BEHAVIOR, outcome.behavior(), Outcomes.CLOSE, outcome.close());
  }
}
