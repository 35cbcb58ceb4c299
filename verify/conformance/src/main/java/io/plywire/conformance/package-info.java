// SPDX-License-Identifier: Apache-2.0

/**
 * The Autobahn test suite against plywire: the command, and what plays each role.
 *
 * <p>Start with {@link io.plywire.conformance.RoleRun}, which is one run of the suite in one role;
 * other modules have {@link io.plywire.conformance.ServerVerdicts} for servers that they run. The
 * suite itself is a process that {@link io.plywire.conformance.suite} knows; what it says, and
 * whether that is what was expected, is the matter of {@link io.plywire.conformance.verdict}.
 */
@NullMarked
package io.plywire.conformance;

import org.jspecify.annotations.NullMarked;
