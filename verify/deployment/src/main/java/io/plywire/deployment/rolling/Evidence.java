// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.util.List;
import java.util.Map;

/**
 * What a run has brought to light.
 *
 * @param accounts of the clients
 * @param stored how many times the servers have stored each message
 * @param restarts one after the other
 * @param complaints what was wrong as soon as it happened
 */
record Evidence(
    List<Caller.Account> accounts,
    Map<Journal.Sent, Integer> stored,
    List<Restart> restarts,
    List<String> complaints) {

  long acknowledged() {
    return accounts.stream().mapToLong(Caller.Account::acknowledged).sum();
  }

  long resent() {
    return accounts.stream()
        .flatMap(account -> account.resent().values().stream())
        .mapToLong(Integer::intValue)
        .sum();
  }

  /** Returns how many messages were stored more than once. */
  long storedAgain() {
    return stored.values().stream().filter(count -> count > 1).count();
  }
}
