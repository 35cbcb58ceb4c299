// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.spi.Discovery;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Verifies the transports that {@link java.util.ServiceLoader} finds, also in jars that nobody has
 * seen before. Needs nothing of JUnit.
 *
 * {@snippet :
 * List<TckReport> reports = new TckRunner().classPath(List.of(jar)).run(acceptor);
 * }
 *
 * <p>Immutable.
 */
public final class TckRunner {
  /** Hears of what goes on; called on the thread that runs. */
  public interface Progress {
    /**
     * A subject is about to be verified.
     *
     * @param subject its name
     * @param checks how many checks there will be
     */
    default void begins(String subject, int checks) {}

    /**
     * A check was made.
     *
     * @param result what came of it
     */
    default void ended(CheckResult result) {}

    /**
     * A subject was verified.
     *
     * @param report what came of it
     */
    default void ended(TckReport report) {}

    /**
     * A provider was found and cannot be verified here.
     *
     * @param provider its name
     * @param why one line
     */
    default void leftOut(String provider, String why) {}
  }

  private final Set<String> providers;
  private final List<Path> classPath;
  private final Set<String> rules;
  private final TckEnvironment environment;

  /** Makes one that verifies every provider on the class path and the module path. */
  public TckRunner() {
    this(Set.of(), List.of(), Set.of(), TckEnvironment.defaults());
  }

  private TckRunner(
      Set<String> providers, List<Path> classPath, Set<String> rules, TckEnvironment environment) {
    this.providers = Set.copyOf(providers);
    this.classPath = List.copyOf(classPath);
    this.rules = Set.copyOf(rules);
    this.environment = Objects.requireNonNull(environment, "environment");
  }

  /**
   * Returns one that verifies some providers only.
   *
   * @param names their names; none means all
   */
  public TckRunner providers(Set<String> names) {
    return new TckRunner(names, classPath, rules, environment);
  }

  /**
   * Returns one that looks into more jars and folders of classes, too.
   *
   * @param places jars and folders
   */
  public TckRunner classPath(List<Path> places) {
    return new TckRunner(providers, places, rules, environment);
  }

  /**
   * Returns one that verifies some rules only.
   *
   * @param ids numbers of rules or groups; none means all
   */
  public TckRunner rules(Set<String> ids) {
    return new TckRunner(providers, classPath, ids, environment);
  }

  /**
   * Returns one that runs in another environment.
   *
   * @param other how long and how much
   */
  public TckRunner environment(TckEnvironment other) {
    return new TckRunner(providers, classPath, rules, other);
  }

  /**
   * Verifies.
   *
   * @param progress hears of what goes on
   * @return a report for each subject: each scheme of each transport
   * @throws IOException if a jar cannot be read
   * @throws IllegalArgumentException if there is no rule or no transport of a name
   */
  public List<TckReport> run(Progress progress) throws IOException {
    try (URLClassLoader loader =
        new URLClassLoader(urls(classPath), TckRunner.class.getClassLoader())) {
      Discovery discovery = Discovery.load(List.of(loader));
      List<TckReport> reports = new ArrayList<>();
      for (TransportSubject subject : subjects(discovery, progress)) {
        TckRun run = TckRun.of(subject).environment(environment).onResult(progress::ended);
        if (!rules.isEmpty()) {
          run = run.rules(rules);
        }
        progress.begins(subject.name(), run.checks().size());
        TckReport report = run.run();
        progress.ended(report);
        reports.add(report);
      }
      return reports;
    }
  }

  private List<TransportSubject> subjects(Discovery discovery, Progress progress) {
    List<TransportSubject> subjects = new ArrayList<>();
    for (Discovery.Entry entry : discovery.report()) {
      if (!providers.isEmpty() && !providers.contains(entry.name())) {
        continue;
      }
      if (!(entry.provider() instanceof TransportProvider transport)) {
        progress.leftOut(
            entry.name(),
            entry.provider() == null
                ? entry.reason()
                : "a layer is verified by a LayerTck, which knows how to set it up");
      } else if (entry.status() != Discovery.Status.AVAILABLE) {
        progress.leftOut(entry.name(), entry.reason());
      } else if (!transport.traits().contains(Trait.LISTEN)) {
        progress.leftOut(
            entry.name(), "it cannot listen; a TransportTck can connect it to something else");
      } else {
        subjects.addAll(TransportSubject.ofEachScheme(transport));
      }
    }
    for (String name : providers) {
      if (discovery.report().stream().noneMatch(entry -> entry.name().equals(name))) {
        throw new IllegalArgumentException("there is no provider '" + name + "'; " + discovery);
      }
    }
    return subjects;
  }

  private static URL[] urls(List<Path> places) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (Path place : places) {
      if (!Files.exists(place)) {
        throw new NoSuchFileException(place.toString(), null, "there is no such file");
      }
      try {
        urls.add(place.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IOException(place + " cannot be part of a class path", e);
      }
    }
    return urls.toArray(URL[]::new);
  }
}
