// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The fields that the user adds to the request. Those from a file may be secrets. */
final class HeaderOption {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'|@FILE",
      description =
          "Add a field to the upgrade request, or replace its own one; repeatable. A file has one"
              + " field a line.")
  private List<String> headers = new ArrayList<>();

  /**
   * Returns what puts them into a request.
   *
   * @throws IOException if a file cannot be read
   */
  Consumer<UpgradeRequest> decorator() throws IOException {
    HttpFields fields = new HttpFields();
    for (String header : headers) {
      if (header.startsWith("@")) {
        addFile(fields, header.substring(1));
      } else {
        add(fields, header, "header '" + OneLine.of(header) + "'", "");
      }
    }
    return request -> put(fields, request.fields());
  }

  private void addFile(HttpFields fields, String file) throws IOException {
    String text = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank()) {
        String where = "line " + number + " of " + OneLine.of(file);
        add(fields, line, where, where + ": ");
      }
    }
  }

  private void add(HttpFields fields, String line, String what, String prefix) {
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw new ParameterException(spec.commandLine(), what + " is not of the form NAME: VALUE");
    }
    try {
      fields.add(line.substring(0, colon), line.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), prefix + OneLine.of(e), e);
    }
  }

  /** The user's fields replace those of the same name, and each other's stay. */
  private static void put(HttpFields from, HttpFields to) {
    from.forEach(field -> to.remove(field.name()));
    from.forEach(field -> to.add(field.name(), field.value()));
  }
}
