// SPDX-License-Identifier: Apache-2.0
/**
 * Processes that serve, and what they have. {@link io.plywire.deployment.process.ServerProcess}
 * starts one, {@link io.plywire.deployment.process.Console} is its other end; {@link
 * io.plywire.deployment.process.Haproxy} is the balancer. Knows nothing of what is served.
 */
@NullMarked
package io.plywire.deployment.process;

import org.jspecify.annotations.NullMarked;
