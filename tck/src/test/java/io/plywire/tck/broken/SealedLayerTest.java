// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.spi.Trait;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.LayerTck;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks of layers: a toy passes, and each of its defects is caught. */
class SealedLayerTest extends LayerTck {
  private static final Map<Sealed.Defect, Set<String>> CAUGHT_BY =
      Map.of(
          Sealed.Defect.END_BELOW_IS_END, Set.of("S2.1"),
          Sealed.Defect.CHANGES_ARE_DELIVERED, Set.of("S2.2", "S2.5"),
          Sealed.Defect.CONTENT_IS_VISIBLE, Set.of("S2.3"),
          Sealed.Defect.NO_END_MARK, Set.of("S2.4"),
          Sealed.Defect.BELOW_STAYS_OPEN, Set.of("S1.3", "S2.4"),
          Sealed.Defect.BELOW_IS_NOT_FOUND, Set.of("S1.2"),
          Sealed.Defect.WHOLE_RECORDS_ONLY, Set.of("S1.1"),
          // The changed record is dropped and the next one delivered: a loss that nobody is told
          // of.
          Sealed.Defect.GOES_ON_AFTER_A_CHANGE, Set.of("N1.4", "S2.2"));

  private static LayerSubject sealed(Set<Sealed.Defect> defects) {
    return new LayerSubject() {
      @Override
      public String name() {
        return "sealed " + defects;
      }

      @Override
      public StreamPair openBelow() throws Exception {
        return Subjects.pipe("below", stream -> stream).open();
      }

      @Override
      public StreamPair wrap(StreamPair below) {
        return new StreamPair(
            Sealed.over(below.client(), defects), Sealed.over(below.server(), defects));
      }

      @Override
      public boolean secured() {
        return true;
      }

      @Override
      public int endOfRecord(byte[] bytes, int from) {
        int end = from + 2 + ((bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff);
        return end <= bytes.length ? end : -1;
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
      }
    };
  }

  @Override
  public LayerSubject subject() {
    return sealed(Set.of());
  }

  @Override
  public TckEnvironment environment() {
    return TckEnvironment.quick();
  }

  @Test
  void everyDefectIsExpectedSomewhere() {
    assertThat(CAUGHT_BY).containsOnlyKeys(Sealed.Defect.values());
  }

  @ParameterizedTest
  @EnumSource(Sealed.Defect.class)
  void defectIsCaught(Sealed.Defect defect) {
    TckEnvironment little = new TckEnvironment(Duration.ofSeconds(2), 20, 16 << 10, 20, 1);

    TckReport report =
        TckRun.of(sealed(Set.of(defect))).environment(little).rules(Set.of("S1", "S2")).run();

    assertThat(report.violatedRules()).as(report.text()).isEqualTo(CAUGHT_BY.get(defect));
  }
}
