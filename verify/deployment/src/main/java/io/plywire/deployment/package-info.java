// SPDX-License-Identifier: Apache-2.0
/**
 * What a server goes through where it is deployed, with processes of their own. {@link
 * io.plywire.deployment.rolling} restarts servers behind a balancer, {@link
 * io.plywire.deployment.floods} floods one; {@link io.plywire.deployment.process} starts processes
 * and looks at them.
 */
@NullMarked
package io.plywire.deployment;

import org.jspecify.annotations.NullMarked;
