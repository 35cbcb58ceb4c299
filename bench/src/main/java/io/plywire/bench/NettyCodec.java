// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** Netty's encoder and decoder, called without a pipeline around them. */
final class NettyCodec {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final ChannelHandlerContext context = channel.pipeline().firstContext();
  private final Encoder encoder;
  private final Decoder decoder;
  private final List<Object> out = new ArrayList<>(4);

  NettyCodec(boolean masked) {
    encoder = new Encoder(masked);
    decoder = new Decoder(masked);
  }

  /** Encodes and releases; returns how many buffers it took. */
  int encode(WebSocketFrame frame) {
    encoder.into(context, frame, out);
    return releaseAll();
  }

  /** Returns a frame encoded, as one buffer on the heap. */
  ByteBuf encoded(WebSocketFrame frame) {
    encoder.into(context, frame, out);
    ByteBuf all = Unpooled.buffer();
    for (Object part : out) {
      ByteBuf bytes = (ByteBuf) part;
      all.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }
    releaseAll();
    return all;
  }

  /** Decodes and releases; returns how many frames there were. */
  int decode(ByteBuf bytes) {
    decoder.into(context, bytes, out);
    return releaseAll();
  }

  /** Returns the payload of a frame, on the heap. */
  ByteBuf decoded(ByteBuf bytes) {
    decoder.into(context, bytes, out);
    ByteBuf payload = Unpooled.copiedBuffer(((BinaryWebSocketFrame) out.get(0)).content());
    releaseAll();
    return payload;
  }

  private int releaseAll() {
    int n = out.size();
    for (int i = 0; i < n; i++) {
      ReferenceCountUtil.release(out.get(i));
    }
    out.clear();
    return n;
  }

  void close() {
    channel.finishAndReleaseAll();
  }

  private static final class Encoder extends WebSocket13FrameEncoder {
    Encoder(boolean masked) {
      super(masked ? () -> 0x12345678 : null);
    }

    void into(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
      try {
        encode(context, frame, out);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      } finally {
        frame.release(); // as its base class does
      }
    }
  }

  private static final class Decoder extends WebSocket13FrameDecoder {
    Decoder(boolean masked) {
      super(
          WebSocketDecoderConfig.newBuilder()
              .expectMaskedFrames(masked)
              .maxFramePayloadLength(1 << 20)
              .build());
    }

    void into(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
      try {
        decode(context, bytes, out);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
