// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a text in PEM form (RFC 7468). What stands between them is a comment, as other
 * tools have it. Knows labels and Base64; {@link Pkcs8} knows what is in a key.
 */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final List<String> CERTIFICATES =
      List.of("CERTIFICATE", "X509 CERTIFICATE", "X.509 CERTIFICATE");

  /** A block and what it is called. */
  private record Block(String label, String body) {}

  private final List<Block> blocks;
  private final String source;

  private Pem(List<Block> blocks, String source) {
    this.blocks = blocks;
    this.source = source;
  }

  /**
   * Reads a file.
   *
   * @throws TlsConfigException if it cannot be read
   */
  public static Pem read(Path file) {
    try {
      // Latin-1: comments may be in any encoding, and blocks are ASCII.
      return of(Files.readString(file, StandardCharsets.ISO_8859_1), file.toString());
    } catch (IOException e) {
      throw new TlsConfigException(file + " cannot be read: " + why(e), e);
    }
  }

  private static String why(IOException e) {
    return e instanceof NoSuchFileException
        ? "there is no such file"
        : e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
  }

  /**
   * Takes a text apart.
   *
   * @param source its name in messages
   */
  public static Pem of(String text, String source) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    if (blocks.isEmpty()) {
      throw new TlsConfigException(source + " is not in PEM form: no -----BEGIN …----- block");
    }
    return new Pem(blocks, source);
  }

  /**
   * Returns all certificates in their order.
   *
   * @throws TlsConfigException if there is none, or one is broken
   */
  public List<X509Certificate> certificates() {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (CERTIFICATES.contains(block.label)) {
        certificates.add(certificate(decode(block), certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsConfigException(source + " holds no certificate, only " + labels());
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] der, int number) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsConfigException(
          source + ": certificate " + number + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the only private key.
   *
   * @param password or null if it is not encrypted
   * @throws TlsConfigException if there is not exactly one, or it cannot be read
   */
  public PrivateKey privateKey(char @Nullable [] password) {
    List<Block> keys = blocks.stream().filter(b -> b.label.endsWith("PRIVATE KEY")).toList();
    if (keys.size() != 1) {
      throw new TlsConfigException(
          source
              + " holds "
              + (keys.isEmpty() ? "no private key" : keys.size() + " private keys")
              + ", one is needed; blocks: "
              + labels());
    }
    Block block = keys.get(0);
    if (block.body.contains("Proc-Type:")) {
      throw new TlsConfigException(
          source
              + ": the encryption of this key is OpenSSL's old one; convert the key with"
              + " 'openssl pkcs8 -topk8 -in old.pem -out new.pem'");
    }
    byte[] der = decode(block);
    try {
      return switch (block.label) {
        case "PRIVATE KEY" -> Pkcs8.key(der);
        case "ENCRYPTED PRIVATE KEY" -> Pkcs8.decrypted(der, password);
        case "RSA PRIVATE KEY" -> Pkcs8.key(Pkcs8.ofPkcs1(der));
        case "EC PRIVATE KEY" -> Pkcs8.key(Pkcs8.ofSec1(der));
        default ->
            throw new TlsConfigException(
                source
                    + ": a key in the form '"
                    + block.label
                    + "' is not understood; convert it with"
                    + " 'openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem'");
      };
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException(
          source + ": the private key cannot be read: " + e.getMessage(), e);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private byte[] decode(Block block) {
    try {
      return Base64.getMimeDecoder().decode(block.body.strip());
    } catch (IllegalArgumentException e) {
      throw new TlsConfigException(
          source + ": the block '" + block.label + "' is not in Base64: " + e.getMessage(), e);
    }
  }

  private List<String> labels() {
    return blocks.stream().map(Block::label).toList();
  }
}
