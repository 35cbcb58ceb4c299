// SPDX-License-Identifier: Apache-2.0

/**
 * Concurrency stress tests of the state that threads share. Where a test needs an executor but not
 * its thread, one actor runs a {@link io.plywire.inmemory.ManualExecutor} by hand; tests whose name
 * ends in {@code LoopTest} start real threads.
 */
@NullMarked
package io.plywire.jcstress;

import org.jspecify.annotations.NullMarked;
