// SPDX-License-Identifier: Apache-2.0
package io.plywire.mutation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.pitest.bytecode.analysis.ClassTree;
import org.pitest.mutationtest.build.InterceptorParameters;
import org.pitest.mutationtest.build.InterceptorType;
import org.pitest.mutationtest.build.MutationInterceptor;
import org.pitest.mutationtest.build.MutationInterceptorFactory;
import org.pitest.mutationtest.engine.Mutater;
import org.pitest.mutationtest.engine.MutationDetails;
import org.pitest.plugin.Feature;
import org.pitest.plugin.FeatureParameter;

/** Leaves so many mutants in a hundred, chosen at random: {@code +SAMPLE(percent[10] seed[1])}. */
public final class Sample implements MutationInterceptorFactory {
  private static final FeatureParameter PERCENT =
      FeatureParameter.named("percent").withDescription("how many in a hundred are tried");
  private static final FeatureParameter SEED =
      FeatureParameter.named("seed").withDescription("the same one chooses the same mutants");

  @Override
  public String description() {
    return "sample of the mutants";
  }

  @Override
  public Feature provides() {
    return Feature.named("SAMPLE")
        .withOnByDefault(false)
        .withDescription(description())
        .withParameter(PERCENT)
        .withParameter(SEED);
  }

  @Override
  public MutationInterceptor createInterceptor(InterceptorParameters parameters) {
    int percent = parameters.getInteger(PERCENT).orElse(100);
    int seed = parameters.getInteger(SEED).orElse(0);
    return new MutationInterceptor() {
      @Override
      public InterceptorType type() {
        return InterceptorType.FILTER;
      }

      @Override
      public void begin(ClassTree type) {}

      @Override
      public Collection<MutationDetails> intercept(
          Collection<MutationDetails> mutants, Mutater mutater) {
        return chosen(mutants, percent, seed);
      }

      @Override
      public void end() {}
    };
  }

  /** Does not depend on the order in which classes and mutants are found. */
  static List<MutationDetails> chosen(Collection<MutationDetails> mutants, int percent, int seed) {
    List<MutationDetails> sorted = new ArrayList<>(mutants);
    sorted.sort(Comparator.comparing(MutationDetails::getId));
    List<MutationDetails> chosen = new ArrayList<>();
    for (MutationDetails each : sorted) {
      long own = 31L * seed + each.getId().toString().hashCode();
      if (new Random(own).nextInt(100) < percent) {
        chosen.add(each);
      }
    }
    return chosen;
  }
}
