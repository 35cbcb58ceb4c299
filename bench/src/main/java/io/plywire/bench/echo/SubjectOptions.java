// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.server.CppProgram;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which servers are measured, and on what they run. */
final class SubjectOptions {
  private static final int MAX_LOOPS = 256;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      split = ",",
      converter = Converters.ServerConverter.class,
      description =
          "Measure these only; all if absent. To be had: ${COMPLETION-CANDIDATES}. The one of"
              + " Boost.Beast is compiled when it is first asked for, and left out without g++ and"
              + " its libraries.",
      completionCandidates = Converters.ServerNames.class)
  private List<ServerKind> servers = new ArrayList<>();

  @Option(
      names = "--tls",
      paramLabel = "ENGINE",
      split = ",",
      converter = Converters.SecurityConverter.class,
      description =
          "Encrypt with these engines: jdk, conscrypt, bouncycastle, tcnative (Netty's own),"
              + " openssl (Beast's), or none, which is so if absent; a server without the engine is"
              + " left out.")
  private List<Security> securities = new ArrayList<>();

  @Option(
      names = "--loops",
      paramLabel = "N",
      split = ",",
      description =
          "Give servers so many threads that serve connections, each with a processor of its own if"
              + " there are enough; 1 if absent. 1,2 compares; a server that cannot have more than"
              + " one is left out. Without other options a chosen part.")
  private List<Integer> loops = new ArrayList<>();

  @Option(
      names = "--java",
      paramLabel = "HOME",
      converter = Converters.JdkConverter.class,
      description =
          "Run servers on the JDK in this folder; repeatable, then on each. The load generator"
              + " stays on the JDK of this command.")
  private List<Jdk> jdks = new ArrayList<>();

  /** Returns whether numbers of loops were named. */
  boolean hasLoops() {
    return !loops.isEmpty();
  }

  /** Returns the numbers of loops to measure with. */
  List<Integer> loops() {
    for (int each : loops) {
      if (each < 1 || each > MAX_LOOPS) {
        throw wrong("--loops " + each + " is not 1 to " + MAX_LOOPS);
      }
    }
    return loops.isEmpty() ? List.of(1) : List.copyOf(new LinkedHashSet<>(loops));
  }

  /**
   * Makes what is to be measured.
   *
   * @param otherwise the servers if none are named
   * @param about gets lines on what is left out, and on what servers are made of
   * @param progress gets lines while something takes time
   */
  List<Subject> subjects(List<ServerKind> otherwise, List<String> about, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<Subject> subjects = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (ServerKind kind : new LinkedHashSet<>(servers.isEmpty() ? otherwise : servers)) {
      List<Subject> ofKind = subjects(kind, leftOut);
      CppProgram program = kind.program();
      if (program != null && !ofKind.isEmpty()) {
        try {
          program.executable(progress);
          about.add(kind.label() + " is made of " + program.version());
        } catch (IOException e) {
          ofKind.clear();
          leftOut.add(kind.label() + ", for " + e.getMessage());
        }
      }
      subjects.addAll(ofKind);
    }
    if (subjects.isEmpty()) {
      throw wrong("nothing to measure: there is no " + String.join(" and no ", leftOut));
    }
    if (!leftOut.isEmpty()) {
      about.add("left out: no " + String.join(", no ", leftOut));
    }
    return subjects;
  }

  private List<Subject> subjects(ServerKind kind, List<String> leftOut) {
    List<Subject> subjects = new ArrayList<>();
    List<Jdk> all = jdks.isEmpty() ? List.of(Jdk.own()) : jdks;
    // What needs no JDK is measured once, beside the floor on the first.
    for (Jdk jdk : kind.program() == null ? all : all.subList(0, 1)) {
      for (Security security : securities.isEmpty() ? List.of(Security.NONE) : securities) {
        for (int each : loops()) {
          Subject subject = new Subject(kind, jdk, security, each);
          if (kind.securities().contains(security) && (each == 1 || kind.takesLoops())) {
            subjects.add(subject);
          } else {
            leftOut.add(subject.toString());
          }
        }
      }
    }
    return subjects;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
