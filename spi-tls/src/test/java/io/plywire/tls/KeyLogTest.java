// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets for packet analyzers, in the key log format of NSS. */
class KeyLogTest extends TlsTestBase {
  private final List<String> client = new ArrayList<>();
  private final List<String> server = new ArrayList<>();

  private void converse(String version) {
    Cell cell = new Cell(TlsEngine.bouncyCastle(), TlsEngine.bouncyCastle(), version);
    try (EnginePair pair =
        shake(cell.client().withKeyLog(client::add), cell.server().withKeyLog(server::add))) {
      pair.send(pair.client(), "secret");
      assertThat(pair.server().received()).isEqualTo("secret");
    }
  }

  @Test
  void bothSidesOfTls13HaveTheSameSecrets() {
    converse("TLSv1.3");
    assertThat(client).hasSameElementsAs(server).doesNotHaveDuplicates();
    assertThat(client)
        .extracting(line -> line.split(" ")[0])
        .containsExactlyInAnyOrder(
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0",
            "SERVER_TRAFFIC_SECRET_0");
    assertThat(client).allMatch(line -> line.matches("[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64}"));
    assertThat(client).extracting(line -> line.split(" ")[2]).doesNotHaveDuplicates();
  }

  @Test
  void bothSidesOfTls12HaveTheMasterSecret() {
    converse("TLSv1.2");
    assertThat(client).isNotEmpty().hasSameElementsAs(server);
    assertThat(client).allMatch(line -> line.matches("CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}"));
    assertThat(client).containsOnly(client.get(0));
  }

  @Test
  void aFileIsForItsOwnerAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("keys.log");
    Cell cell = new Cell(TlsEngine.bouncyCastle(), TlsEngine.jdk(), "TLSv1.3");
    for (int i = 0; i < 2; i++) {
      shake(cell.client().withKeyLog(file), cell.server()).close();
    }
    assertThat(Files.readAllLines(file)).hasSize(8);
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThatThrownBy(() -> TlsConfig.client().withKeyLog(folder.resolve("no/folder")))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("cannot be made");
  }

  /** In the version of which BouncyCastle resumes sessions. */
  @Test
  void resumedSessionsAreLoggedAsWell() {
    Cell cell = new Cell(TlsEngine.bouncyCastle(), TlsEngine.bouncyCastle(), "TLSv1.2");
    TlsContext ofClient = TlsContext.of(cell.client().withKeyLog(client::add));
    TlsContext ofServer = TlsContext.of(cell.server().withKeyLog(server::add));
    for (boolean resumed : new boolean[] {false, true}) {
      try (EnginePair pair = new EnginePair(ofClient, ofServer, "server.test").handshake()) {
        assertThat(pair.client().agreed().resumed()).isEqualTo(resumed);
      }
    }
    assertThat(client).hasSameElementsAs(server);
    assertThat(new HashSet<>(client)).hasSize(2);
  }
}
