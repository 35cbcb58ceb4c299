// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.bench.echo.server.CppProgram.NotInstalledException;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CppProgramTest {
  @Test
  void withoutACompilerItSaysWhatToInstall() {
    CppProgram program =
        new CppProgram("beast_echo", List.of("-lssl"), "no-such-compiler", "g++ libboost-dev");
    List<String> progress = new ArrayList<>();

    assertThatThrownBy(() -> program.executable(progress::add))
        .isInstanceOf(NotInstalledException.class)
        .hasMessageContainingAll(
            "no-such-compiler", "on Debian or Ubuntu by: apt-get install g++ libboost-dev");
    assertThat(progress)
        .singleElement()
        .asString()
        .contains("no-such-compiler -O3 -std=c++17", "beast_echo.cpp -lssl");
  }

  @Test
  void sourceThatIsNotThere() {
    CppProgram program = new CppProgram("nothing", List.of(), "no-such-compiler", "none");

    assertThatThrownBy(program::executable)
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("nothing.cpp");
  }

  @Test
  void headerOrLibraryThatIsNotThereIsToBeInstalled() {
    assertThat(
            CppProgram.missing(
                "a.cpp:3:10: fatal error: boost/asio.hpp: No such file or directory"))
        .contains("fatal error: boost/asio.hpp: No such file or directory");
    assertThat(CppProgram.missing("/usr/bin/ld: cannot find -lssl: No such file or directory"))
        .contains("cannot find -lssl: No such file or directory");
    assertThat(CppProgram.missing("a.cpp:3:1: error: expected ';'")).isEmpty();
  }
}
