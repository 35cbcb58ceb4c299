// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.spi.Discovery;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProvidersCommandTest {
  @AfterEach
  void forgetThePreference() {
    System.clearProperty(Discovery.TRANSPORT_PROPERTY);
  }

  @Test
  void tellsWhatWasFoundAndChosen() {
    Result result = Cli.run("", "providers");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("inmemory +transport +available +ws\\+memory")
        .containsPattern("nio +transport +available +ws ws\\+unix")
        .containsPattern("ws\\+unix +nio")
        .containsPattern("wss +nio +tls")
        .containsPattern("jdk +available +TLSv1.3 TLSv1.2")
        .containsPattern("conscrypt +available .*conscrypt \\d")
        .containsPattern("bouncycastle +available .*X25519MLKEM768");
  }

  @Test
  void tellsWhyAPreferenceCannotBeMet() {
    System.setProperty(Discovery.TRANSPORT_PROPERTY, "epoll");

    Result result = Cli.run("", "providers");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out())
        .contains("io.plywire.transport=epoll")
        .contains("there is no provider 'epoll'");
  }

  @Test
  void tellsThatThereIsNothing() {
    StringWriter out = new StringWriter();

    assertThat(ProvidersCommand.show(Discovery.of(), new PrintWriter(out, true)))
        .isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("nothing");
  }
}
