// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.bench.echo.server.Program.NotInstalledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ProgramTest {
  @TempDir Path temp;

  private Program program(String script) throws IOException {
    Path file = Files.writeString(temp.resolve("server"), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return new Program(file);
  }

  @Test
  void saysWhatItIsMadeOf() throws Exception {
    assertThat(program("echo made of \"$1\"").version()).isEqualTo("made of --version");
  }

  @Test
  void whatIsNotInstalledIsTold() throws IOException {
    Program program = program("exit 3");

    assertThatThrownBy(program::version).isInstanceOf(NotInstalledException.class);
  }

  @Test
  void whatCannotBeMadeIsTold() throws IOException {
    Program program = program("exit 1");

    assertThatThrownBy(program::version)
        .hasMessageContaining("server --version ended with exit code 1");
  }

  @Test
  void everyProgramIsThere() {
    for (ServerKind kind : ServerKind.values()) {
      Program program = kind.program();
      if (program != null) {
        assertThat(program.file()).isExecutable();
      }
    }
  }
}
