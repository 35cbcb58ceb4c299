// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.tck.LayerSubject;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import io.plywire.tck.internal.lab.Experiment;
import java.util.List;
import java.util.stream.Stream;

/** All checks, in the order in which they are made. */
public final class Catalogue {
  private Catalogue() {}

  /** Returns the checks of streams. */
  private static Stream<Experiment> streams() {
    return Stream.of(
            Executors.all(),
            Queues.all(),
            Calls.all(),
            Reading.all(),
            Writing.all(),
            Overlapping.all(),
            Ending.all(),
            Waiting.all(),
            Cancelling.all(),
            Closing.all(),
            TearingDown.all(),
            Goodbyes.all(),
            Naming.all(),
            Pressing.all(),
            FullWindows.all(),
            Once.all(),
            Everywhere.all(),
            EndsEverywhere.all(),
            Leaking.all(),
            LastingEnds.all())
        .flatMap(List::stream);
  }

  /** Returns those of providers whose rules are about all operations. */
  private static Stream<Experiment> ofProviders() {
    return Stream.of(OneShots.ofProviders(), OneShotCalls.all(), OneShotRequests.ofProviders())
        .flatMap(List::stream);
  }

  /** Returns those of layers whose rules are about all streams, or all operations. */
  private static Stream<Experiment> ofLayers() {
    return Stream.of(OneShots.ofLayers(), OneShotRequests.ofLayers(), FailedWraps.all())
        .flatMap(List::stream);
  }

  /** Returns every check there is. */
  public static List<Experiment> all() {
    return Stream.of(
            streams(),
            Providing.all().stream(),
            Connecting.all().stream(),
            Silence.all().stream(),
            Listening.all().stream(),
            ofProviders(),
            ofLayers(),
            Layering.all().stream(),
            Securing.all().stream(),
            Handshaking.all().stream(),
            Conversing.all().stream())
        .flatMap(each -> each)
        .toList();
  }

  /** Returns the checks that concern a subject. */
  public static List<Experiment> of(TckSubject subject) {
    return all().stream().filter(experiment -> concerns(experiment, subject)).toList();
  }

  private static boolean concerns(Experiment experiment, TckSubject subject) {
    String name = experiment.check().name();
    if (isAmong(ofProviders(), name)) {
      return subject instanceof TransportSubject;
    }
    if (isAmong(ofLayers(), name)) {
      return subject instanceof LayerSubject;
    }
    String group = experiment.check().rule().group();
    return switch (group) {
      case "P1", "P2", "P3" -> subject instanceof TransportSubject;
      case "S1", "S3" -> subject instanceof LayerSubject;
      case "S2" -> subject instanceof LayerSubject layer && layer.secured();
      default -> true;
    };
  }

  private static boolean isAmong(Stream<Experiment> experiments, String name) {
    return experiments.anyMatch(each -> each.check().name().equals(name));
  }

  /** Returns whether a check is of use only when the contract below is kept. */
  public static boolean isOnTop(Experiment experiment) {
    return experiment.check().rule().group().startsWith("C");
  }
}
