// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.lang.ArchRule;
import io.plywire.tests.Repository;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a room may know, and that the drawing of the house shows the house as it is. */
class ArchitectureTest {
  private static final Path PAGE = Repository.root().resolve("docs/architecture.md");
  private static final String BEGIN = "<!-- drawn from the compiled classes: begin -->\n";
  private static final String END = "<!-- drawn from the compiled classes: end -->";

  private static void check(ArchRule rule) {
    rule.check(Rooms.PUBLISHED);
  }

  @Test
  void drawingShowsTheRoomsAndArrowsThatThereAre() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    assertThat(from).as("'%s'", BEGIN).isPositive();
    assertThat(to).as("'%s'", END).isGreaterThan(from);
    String expected = page.substring(0, from) + BEGIN + Rooms.drawing() + page.substring(to);
    if (Boolean.getBoolean("plywire.docs.update")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE))
        .as("run this test with -Dplywire.docs.update=true to draw it anew")
        .isEqualTo(expected);
  }

  @Test
  void arrowsBetweenRoomsHaveNoCircle() {
    // The public face of the WebSocket and its internals are one room with several doors.
    check(slices().matching("io.plywire.(*)..").should().beFreeOfCycles());
  }

  /** Digits are ASCII and an I has its dot wherever the program runs. */
  @Test
  void textsDoNotDependOnTheLocale() {
    Map<Class<?>, Set<String>> dependent =
        Map.of(
            String.class, Set.of("formatted", "format", "toLowerCase", "toUpperCase"),
            PrintStream.class, Set.of("printf", "format"),
            PrintWriter.class, Set.of("printf", "format"));
    check(
        noClasses()
            .should()
            .callMethodWhere(
                DescribedPredicate.describe(
                    "takes the default locale",
                    call ->
                        dependent.entrySet().stream()
                            .anyMatch(
                                each ->
                                    call.getTargetOwner().isEquivalentTo(each.getKey())
                                        && each.getValue().contains(call.getName())
                                        && call.getTarget().getRawParameterTypes().stream()
                                            .noneMatch(
                                                type -> type.isEquivalentTo(Locale.class))))));
  }

  @Test
  void streamKnowsNothingElseOfPlywire() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.stream")
            .should()
            .dependOnClassesThat(
                DescribedPredicate.describe(
                    "are of other rooms",
                    target ->
                        target.getPackageName().startsWith("io.plywire.")
                            && !target.getPackageName().equals("io.plywire.stream"))));
  }

  @Test
  void protocolKnowsBytesAndRulesOnly() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.websocket.internal.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.websocket.internal.op",
                "io.plywire.spi",
                "io.plywire.transport",
                "java.nio.channels..",
                "java.net..",
                "java.time..",
                "java.util.concurrent..",
                "org.slf4j.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.websocket.internal.protocol")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "io\\.plywire\\.stream\\.(.*Executor|.*Handler|AsyncStream|Cancel.*)"));
  }

  @Test
  void operationsKnowNoTransport() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.websocket.internal.op")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.spi", "io.plywire.transport", "java.nio.channels..", "javax.net.."));
  }

  @Test
  void providersKnowTheContractAndNotEachOther() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.nio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.websocket..",
                "io.plywire.tls..",
                "io.plywire.inmemory..",
                "javax.net.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.tls..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.websocket..",
                "io.plywire.nio..",
                "io.plywire.inmemory..",
                "java.nio.channels.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.inmemory..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.plywire.websocket..", "io.plywire.nio..", "io.plywire.tls.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.layers..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.websocket..",
                "io.plywire.nio..",
                "io.plywire.tls..",
                "io.plywire.inmemory..",
                "java.nio.channels.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.proxy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.layers",
                "io.plywire.websocket..",
                "io.plywire.nio..",
                "io.plywire.tls..",
                "io.plywire.inmemory..",
                "java.nio.channels..",
                "javax.net.."));
  }

  /** What an adapter needs, everybody can have. */
  @Test
  void adaptersKnowWhatIsPublicOfTheWebSocket() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.adapters..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plywire.websocket.internal..",
                "io.plywire.layers..",
                "io.plywire.proxy..",
                "io.plywire.nio..",
                "io.plywire.tls..",
                "io.plywire.inmemory..",
                "java.nio.channels.."));
  }

  @Test
  void testKitKnowsNoProvider() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plywire.tck..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.plywire.nio..", "io.plywire.tls..", "io.plywire.inmemory.."));
  }

  @Test
  void internalsAreUsedByTheirOwnModuleOnly() {
    for (String module : new String[] {"websocket", "nio", "tls", "tck", "adapters"}) {
      check(
          classes()
              .that()
              .resideInAPackage("io.plywire." + module + "..internal..")
              .should()
              .onlyHaveDependentClassesThat()
              .resideInAPackage("io.plywire." + module + ".."));
    }
    check(
        classes()
            .that()
            .resideInAPackage("io.plywire.layers.internal..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage("io.plywire.layers..", "io.plywire.proxy.."));
  }
}
