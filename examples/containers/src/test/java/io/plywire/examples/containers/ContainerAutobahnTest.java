// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.conformance.ServerVerdicts;
import io.plywire.websocket.WebSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The Autobahn suite against each container, with the verdicts of plywire's own server. The build
 * runs a case or two of each section; {@code -Dplywire.containers.cases='*'} runs all 301.
 */
class ContainerAutobahnTest {
  private static final String SOME =
      "1.1.8,1.2.1,2.10,3.2,4.2.1,5.15,5.19,6.4.1,6.6.5,7.1.2,7.3.4,7.9.1,9.1.1,9.4.1,10.1.1";
  private static final Duration LIMIT = Duration.ofMinutes(60);

  @Test
  void verdictsAreThoseOfOurOwnServer() throws Exception {
    List<Container> started = new ArrayList<>();
    try {
      Map<String, String> servers = new LinkedHashMap<>();
      for (Containers kind : Containers.values()) {
        Container container = kind.start(WebSocketOptions.defaults(), new Guests());
        started.add(container);
        servers.put(kind.toString(), "ws://" + Containers.LOOPBACK + ":" + container.port() + "/");
      }
      String cases = System.getProperty("plywire.containers.cases", SOME);
      List<ServerVerdicts> verdicts =
          ServerVerdicts.of(servers, cases, Path.of("target", "autobahn"), LIMIT);
      verdicts.forEach(System.out::println);
      assertThat(verdicts).hasSize(servers.size());
      assertThat(verdicts).allSatisfy(each -> assertThat(each.differences()).isEmpty());
      assertThat(verdicts)
          .allSatisfy(each -> assertThat(each.cases()).isEqualTo(verdicts.get(0).cases()));
      assertThat(verdicts.get(0).cases()).isGreaterThanOrEqualTo(SOME.split(",").length);
    } finally {
      for (Container each : started) {
        each.close();
      }
    }
  }
}
