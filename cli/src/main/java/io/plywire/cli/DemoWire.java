// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.observe.WireFrame;
import io.plywire.websocket.observe.WireTap;

/**
 * Counts what the client's {@link WireTap} sees; for the executor of the stream. The first data
 * message that is sent is the one written in parts.
 */
final class DemoWire implements WireTap.Observer {
  /** What had been seen at some moment. */
  record Seen(
      int dataSent,
      int dataReceived,
      long compressedBytesSent,
      int pingsSent,
      int pingsBetweenFrames,
      int pongsReceived,
      int pongsDuringWrite,
      int closeSent,
      int closeReceived) {}

  private boolean inMessage;
  private boolean messageOver;
  private int dataSent;
  private int dataReceived;
  private long compressedBytesSent;
  private int pingsSent;
  private int pingsBetweenFrames;
  private int pongsReceived;
  private int pongsDuringWrite;
  private int closeSent;
  private int closeReceived;

  @Override
  public void frame(boolean sent, WireFrame frame) {
    if (sent) {
      sent(frame);
    } else {
      received(frame);
    }
  }

  private void sent(WireFrame frame) {
    if (frame.isData()) {
      dataSent++;
      compressedBytesSent += frame.isCompressed() ? frame.payloadBytes() : 0;
      if (!messageOver) {
        messageOver = frame.fin();
        inMessage = !frame.fin();
      }
    } else if (frame.opcode() == WireFrame.PING) {
      pingsSent++;
      if (inMessage) {
        pingsBetweenFrames++;
      }
    } else if (frame.opcode() == WireFrame.CLOSE) {
      closeSent = frame.closeCode();
    }
  }

  private void received(WireFrame frame) {
    if (frame.isData()) {
      dataReceived++;
    } else if (frame.opcode() == WireFrame.PONG) {
      pongsReceived++;
      if (inMessage) {
        pongsDuringWrite++;
      }
    } else if (frame.opcode() == WireFrame.CLOSE) {
      closeReceived = frame.closeCode();
    }
  }

  Seen seen() {
    return new Seen(
        dataSent,
        dataReceived,
        compressedBytesSent,
        pingsSent,
        pingsBetweenFrames,
        pongsReceived,
        pongsDuringWrite,
        closeSent,
        closeReceived);
  }
}
