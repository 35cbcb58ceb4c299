// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.internal.protocol.Utf8Validator;

/** How far the text message that is being written was checked. */
final class OutgoingText {
  /** After the parts that were checked. */
  final Utf8Validator reached = new Utf8Validator();

  private final Utf8Validator partBegan = new Utf8Validator();

  /** A part begins here. */
  void beginPart() {
    partBegan.copyFrom(reached);
  }

  /** Goes back to where the part began. */
  void backToPart() {
    reached.copyFrom(partBegan);
  }
}
