// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tck.LayerSubject;
import io.plywire.tck.LayerTck;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The toy of a layer passes; what is wrong with it otherwise is in {@link BrokenLayers}. */
class SealedLayerTest extends LayerTck {
  @Override
  public LayerSubject subject() {
    return BrokenLayers.sealed(Set.of());
  }

  @Override
  public TckEnvironment environment() {
    return TckEnvironment.quick();
  }

  /** Of the rules of streams it violates every one that is about the end. */
  @Test
  void layerWithoutEndMarkIsCaught() {
    TckEnvironment little = new TckEnvironment(Duration.ofSeconds(2), 20, 16 << 10, 20, 1);
    LayerSubject unmarked = BrokenLayers.sealed(Set.of(Sealed.Defect.NO_END_MARK));

    TckReport report = TckRun.of(unmarked).environment(little).rules(Set.of("S1", "S2")).run();

    assertThat(report.violatedRules()).as(report.text()).containsExactly("S2.4");
  }
}
