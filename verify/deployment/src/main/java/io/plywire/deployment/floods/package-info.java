// SPDX-License-Identifier: Apache-2.0
/**
 * Floods against one server with a small heap, while ordinary clients go on. {@link
 * io.plywire.deployment.floods.Floods} is the run; {@link io.plywire.deployment.floods.Flood} lists
 * what is done to the server, {@link io.plywire.deployment.floods.Attacker} and {@link
 * io.plywire.deployment.floods.HandshakeAttacker} do it; {@link
 * io.plywire.deployment.floods.Ordinary} are those who must not notice. {@link
 * io.plywire.deployment.floods.FloodJudge} knows what may be.
 */
@NullMarked
package io.plywire.deployment.floods;

import org.jspecify.annotations.NullMarked;
