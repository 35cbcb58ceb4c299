// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tutorial quotes the transport that is compiled here, letter by letter. */
class TutorialTest {
  private static final Pattern QUOTED =
      Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  @Test
  void javaInTheTutorialIsTheCompiledExample() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String file :
        List.of(
            "main/java/io/plywire/examples/serial/SerialStream.java",
            "main/java/io/plywire/examples/serial/SerialTransport.java",
            "test/java/io/plywire/examples/serial/SerialTransportTckTest.java")) {
      sources.append(Files.readString(root().resolve("examples/src").resolve(file)));
    }
    List<String> quotes =
        QUOTED
            .matcher(Files.readString(root().resolve("docs/write-a-transport.md")))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(quotes).hasSizeGreaterThan(4);
    String compiled = flat(sources.toString());
    for (String quote : quotes) {
      assertThat(compiled).contains(flat(quote));
    }
  }

  /** The quotes are not indented as the sources are. */
  private static String flat(String code) {
    return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }
}
