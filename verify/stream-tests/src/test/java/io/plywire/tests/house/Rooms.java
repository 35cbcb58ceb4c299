// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The packages of the published modules and who uses whom, as the compiled classes have it. */
final class Rooms {
  private static final String ROOT = "io.plywire.";

  /** Everything that is published, without what proves it. */
  static final JavaClasses PUBLISHED =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/io/plywire/certificates/"))
          .importPackages("io.plywire");

  private Rooms() {}

  /** Returns the rooms, by name and in order, each with those that it uses. */
  static Map<String, Set<String>> arrows() {
    Map<String, Set<String>> arrows = new TreeMap<>();
    for (JavaClass each : PUBLISHED) {
      Set<String> uses = arrows.computeIfAbsent(room(each), name -> new TreeSet<>());
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (target.getPackageName().startsWith(ROOT) && !room(target).equals(room(each))) {
          uses.add(room(target));
        }
      }
    }
    return arrows;
  }

  private static String room(JavaClass of) {
    return of.getPackageName().substring(ROOT.length());
  }

  /** Draws the arrows for people; what can be reached by other arrows is left out. */
  static String drawing() {
    Map<String, Set<String>> arrows = arrows();
    StringBuilder text = new StringBuilder("```mermaid\nflowchart TD\n");
    for (Map.Entry<String, Set<String>> each : arrows.entrySet()) {
      for (String used : each.getValue()) {
        if (!isReachedOtherwise(arrows, each.getKey(), used)) {
          text.append("  ").append(each.getKey()).append(" --> ").append(used).append('\n');
        }
      }
    }
    text.append("```\n\n| room | uses |\n|---|---|\n");
    for (Map.Entry<String, Set<String>> each : arrows.entrySet()) {
      text.append("| `").append(each.getKey()).append("` | ");
      text.append(
          each.getValue().isEmpty()
              ? "nothing of plywire"
              : each.getValue().stream()
                  .map(name -> "`" + name + "`")
                  .collect(Collectors.joining(", ")));
      text.append(" |\n");
    }
    return text.toString();
  }

  private static boolean isReachedOtherwise(
      Map<String, Set<String>> arrows, String from, String to) {
    Set<String> seen = new TreeSet<>();
    for (String first : arrows.get(from)) {
      // A room that uses its user is no detour.
      if (!first.equals(to) && !arrows.get(first).contains(from)) {
        reach(arrows, first, seen, from);
      }
    }
    return seen.contains(to);
  }

  private static void reach(
      Map<String, Set<String>> arrows, String room, Set<String> seen, String without) {
    if (!room.equals(without) && seen.add(room)) {
      arrows.getOrDefault(room, Set.of()).forEach(next -> reach(arrows, next, seen, without));
    }
  }
}
