// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.adapters.jdk.JdkWebSockets;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.layers.ProxyProtocol;
import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.tests.Repository;
import io.plywire.tls.TlsStream;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.RequestHandler;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.observe.WebSocketObserver;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/jvm-languages.md says of the public API, as far as Java can see it. */
class OtherLanguagesTest {
  private static final Set<String> KOTLIN =
      Set.of(
          ("as break class continue do else false for fun if in interface is null object package"
                  + " return super this throw true try typealias typeof val var when while")
              .split(" "));

  private static final Set<String> SCALA =
      Set.of(
          ("abstract case catch class def do else enum export extends false final finally for given"
                  + " if implicit import lazy macro match new null object override package private"
                  + " protected return sealed super then this throw trait true try type val var"
                  + " while with yield")
              .split(" "));

  private static final List<Class<?>> types = new ArrayList<>();
  private static final Set<String> packages = new TreeSet<>();

  @BeforeAll
  static void find() throws Exception {
    for (Class<?> one :
        List.of(
            AsyncStream.class,
            NioTransport.class,
            InMemoryTransport.class,
            TlsStream.class,
            JzlibEngine.class,
            ProxyProtocol.class,
            JdkWebSockets.class)) {
      Path home = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (ModuleReference module : ModuleFinder.of(home).findAll()) {
        find(module);
      }
    }
    assertThat(types).hasSizeGreaterThan(100);
  }

  private static void find(ModuleReference module) throws Exception {
    Set<String> exported =
        module.descriptor().exports().stream()
            .filter(export -> !export.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    packages.addAll(exported);
    try (ModuleReader reader = module.open();
        Stream<String> entries = reader.list()) {
      for (String entry : entries.filter(e -> e.endsWith(".class")).toList()) {
        String name = entry.replace('/', '.').replace(".class", "");
        if (exported.contains(name.replaceAll("\\.[^.]*$", "")) && !name.endsWith("-info")) {
          Class<?> type = Class.forName(name);
          if (isPublic(type)) {
            types.add(type);
          }
        }
      }
    }
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
  }

  private static Stream<Method> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .filter(method -> (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0);
  }

  private static long abstractMethods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .map(method -> method.getName() + Arrays.toString(method.getParameterTypes()))
        .distinct()
        .count();
  }

  @Test
  void everyPackageIsNullMarked() throws Exception {
    for (String name : packages) {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
          .as(name)
          .isTrue();
    }
  }

  @Test
  void whatTakesALambdaSaysSo() {
    Set<String> unmarked = new TreeSet<>();
    Set<Class<?>> marked = new HashSet<>();
    for (Class<?> type : types) {
      if (type.isAnnotationPresent(FunctionalInterface.class)) {
        assertThat(abstractMethods(type)).as(type.getName()).isEqualTo(1);
        marked.add(type);
      } else if (type.isInterface() && abstractMethods(type) == 1) {
        unmarked.add(type.getSimpleName());
      }
    }
    assertThat(marked)
        .contains(
            Handler.class,
            IoHandler.class,
            CompletionToken.class,
            ControlCallback.class,
            RequestHandler.class,
            WebSocketServer.ConnectionHandler.class);
    assertThat(unmarked).containsExactly("Timer"); // StreamExecutor's, which is only returned
    assertThat(abstractMethods(WebSocketObserver.class)).isZero();
  }

  /** No parameter of a lambda is generic on its own: neither language could write that. */
  @Test
  void noLambdaIsGeneric() {
    assertThat(types)
        .filteredOn(type -> type.isAnnotationPresent(FunctionalInterface.class))
        .allSatisfy(
            type ->
                assertThat(
                        Arrays.stream(type.getMethods())
                            .filter(method -> Modifier.isAbstract(method.getModifiers())))
                    .allMatch(method -> method.getTypeParameters().length == 0));
  }

  private static Set<String> named(Set<String> keywords) {
    return types.stream()
        .flatMap(OtherLanguagesTest::methods)
        .map(Method::getName)
        .filter(keywords::contains)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> told(String page, String language) {
    String row = page.lines().filter(line -> line.startsWith("| " + language)).findAny().orElse("");
    return Pattern.compile("`` `(\\w+)` ``")
        .matcher(row)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void namesThatNeedBackticksAreThoseOfThePage() throws Exception {
    String page = Files.readString(Repository.root().resolve("docs/jvm-languages.md"));
    assertThat(named(KOTLIN)).isEqualTo(told(page, "Kotlin"));
    assertThat(named(SCALA)).isEqualTo(told(page, "Scala"));
    assertThat(packages)
        .allSatisfy(
            name ->
                assertThat(name.split("\\."))
                    .doesNotContainAnyElementsOf(KOTLIN)
                    .doesNotContainAnyElementsOf(SCALA));
  }
}
