// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What went wrong, counted; strangers decide how often, so each is told once. */
final class Complaints {
  private static final int MOST = 20;
  private static final Pattern ADDRESSES = Pattern.compile(": nio\\[.*?]");

  private final Map<String, Integer> counts = new LinkedHashMap<>();

  synchronized void add(String text) {
    String what = ADDRESSES.matcher(text).replaceAll("");
    String known = counts.size() < MOST || counts.containsKey(what) ? what : "and others";
    counts.merge(known, 1, Integer::sum);
  }

  synchronized List<String> all() {
    List<String> all = new ArrayList<>();
    counts.forEach((what, count) -> all.add(count + " times: " + what));
    return all;
  }
}
