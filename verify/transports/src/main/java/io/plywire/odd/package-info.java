// SPDX-License-Identifier: Apache-2.0
/**
 * Correct transports that are unlike the built-in ones, and the command that runs the test kit over
 * them: {@link io.plywire.odd.OddTransports} lists them all. {@code medium} has what they stand on,
 * {@code manner} what they behave like, {@code layer} what is put over other streams.
 */
package io.plywire.odd;
