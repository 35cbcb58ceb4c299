// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.nio.ByteBuffer;
import org.glassfish.tyrus.core.ProtocolHandler;
import org.glassfish.tyrus.core.Version;
import org.glassfish.tyrus.core.frame.Frame;
import org.glassfish.tyrus.core.monitoring.MessageEventListener;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.glassfish.tyrus.spi.Writer;
import org.glassfish.tyrus.spi.WriterInfo;

/**
 * Tyrus' encoder, which is reached through a connection that has nothing below, and its decoder.
 */
final class TyrusCodec {
  private static final WriterInfo BINARY =
      new WriterInfo(WriterInfo.MessageType.BINARY, WriterInfo.RemoteEndpointType.BASIC);

  private final ProtocolHandler handler;
  private ByteBuffer written = ByteBuffer.allocate(0);

  /**
   * Makes both.
   *
   * @param client whether what is encoded is masked, and what is decoded is not
   */
  TyrusCodec(boolean client) {
    handler = Version.DRAFT17.createHandler(client, () -> 0x12345678);
    handler.setMessageEventListener(MessageEventListener.NO_OP);
    handler.setWriter(
        new Writer() {
          @Override
          public void write(ByteBuffer buffer, CompletionHandler<ByteBuffer> completion) {
            written = buffer;
            completion.completed(buffer);
          }

          @Override
          public void close() {}
        });
  }

  ByteBuffer encode(byte[] payload) {
    if (!handler.send(payload, BINARY).isDone()) {
      throw new IllegalStateException("the frame was not written at once");
    }
    return written;
  }

  Frame decode(ByteBuffer bytes) {
    return handler.unframe(bytes);
  }
}
