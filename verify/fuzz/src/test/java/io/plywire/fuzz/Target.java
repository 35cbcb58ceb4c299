// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.tls.internal.engine.HandshakeFactsFuzz;
import io.plywire.websocket.internal.protocol.AuthorityFuzz;
import java.util.Locale;
import java.util.function.Consumer;

/** Everything that is fuzzed. */
public enum Target {
  FRAME_DECODER(FrameDecoderFuzz.class, FrameDecoderFuzz::fuzzerTestOneInput, 256),
  CLOSE_FRAME(CloseFrameFuzz.class, CloseFrameFuzz::fuzzerTestOneInput, 125),
  UTF8(Utf8Fuzz.class, Utf8Fuzz::fuzzerTestOneInput, 64),
  REQUEST_HEAD(RequestHeadFuzz.class, RequestHeadFuzz::fuzzerTestOneInput, 2048),
  RESPONSE_HEAD(ResponseHeadFuzz.class, ResponseHeadFuzz::fuzzerTestOneInput, 2048),
  EXTENSIONS(ExtensionsFuzz.class, ExtensionsFuzz::fuzzerTestOneInput, 512),
  AUTHORITY(AuthorityFuzz.class, AuthorityFuzz::fuzzerTestOneInput, 64),
  ENDPOINT(EndpointFuzz.class, EndpointFuzz::fuzzerTestOneInput, 128),
  INFLATE(InflateFuzz.class, InflateFuzz::fuzzerTestOneInput, 1024),
  HANDSHAKE_FACTS(HandshakeFactsFuzz.class, HandshakeFactsFuzz::fuzzerTestOneInput, 1024),
  TLS_DETECTOR(TlsDetectorFuzz.class, TlsDetectorFuzz::fuzzerTestOneInput, 16),
  TLS_INTAKE(TlsIntakeFuzz.class, TlsIntakeFuzz::fuzzerTestOneInput, 2048),
  TLS_TAMPERING(TlsTamperingFuzz.class, TlsTamperingFuzz::fuzzerTestOneInput, 256),
  OPENING(OpeningFuzz.class, OpeningFuzz::fuzzerTestOneInput, 1024),
  STRANGER(StrangerFuzz.class, StrangerFuzz::fuzzerTestOneInput, 1024),
  CONVERSATION(ConversationFuzz.class, ConversationFuzz::fuzzerTestOneInput, 2048);

  private final Class<?> type;
  private final Consumer<byte[]> method;
  private final int maxBytes;

  Target(Class<?> type, Consumer<byte[]> method, int maxBytes) {
    this.type = type;
    this.method = method;
    this.maxBytes = maxBytes;
  }

  /** Returns the name that commands and files have for it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Class<?> type() {
    return type;
  }

  /** Returns the longest input that makes sense. */
  int maxBytes() {
    return maxBytes;
  }

  /** Tries one input. */
  void run(byte[] input) {
    method.accept(input);
  }
}
