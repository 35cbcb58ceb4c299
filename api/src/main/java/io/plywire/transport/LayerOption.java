// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import java.net.SocketOption;

/**
 * An option for a layer, among those for the transport below it. The transport does not get to see
 * it; where a URI asks for no such layer, it has no effect.
 *
 * @param <T> the type of the value
 */
public interface LayerOption<T> extends SocketOption<T> {}
