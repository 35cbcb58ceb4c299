// SPDX-License-Identifier: Apache-2.0
/** Layers over other streams: records, sealed and small ones, and bytes in disguise. */
package io.plywire.odd.layer;
