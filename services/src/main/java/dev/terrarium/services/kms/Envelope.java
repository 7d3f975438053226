package dev.terrarium.services.kms;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A ciphertext of a symmetric key: AES-256-GCM, with the encryption context as additional data.
///
/// The layout is five bytes as AWS's begin, 32 of the key material's id, four that tell a damaged
/// id from an unknown one, twelve of initialisation vector, then ciphertext and tag. Everything but
/// the ciphertext is authenticated too.
///
/// @param materialId 64 hexadecimal digits
record Envelope(String materialId, byte[] bytes) {
  private static final byte[] MARK = {1, 2, 2, 0, 0x78};
  private static final int ID_END = MARK.length + 32;
  private static final int HEAD = ID_END + 4;
  private static final int IV = 12;
  private static final int TAG_BITS = 128;

  /// The envelope, if the bytes are one.
  static Optional<Envelope> of(byte[] bytes) {
    if (bytes.length < HEAD + IV + TAG_BITS / 8 || !Arrays.equals(MARK, head(bytes, MARK.length))) {
      return Optional.empty();
    }
    var sum = ByteBuffer.wrap(bytes).getInt(ID_END);
    if (sum != sum(bytes)) {
      return Optional.empty();
    }
    var id = HexFormat.of().formatHex(bytes, MARK.length, ID_END);
    return Optional.of(new Envelope(id, bytes));
  }

  /// Encrypts.
  ///
  /// @param vector twelve bytes that were never used before
  static byte[] seal(
      Material material, byte[] vector, byte[] plaintext, Map<String, String> context) {
    var head = ByteBuffer.allocate(HEAD).put(MARK).put(HexFormat.of().parseHex(material.id()));
    head.putInt(sum(head.array()));
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, material, vector, head.array(), context);
      var sealed = cipher.doFinal(plaintext);
      return ByteBuffer.allocate(HEAD + IV + sealed.length)
          .put(head.array())
          .put(vector)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Decrypts; nothing if the bytes are damaged or the context is another one.
  Optional<byte[]> open(Material material, Map<String, String> context) {
    var vector = Arrays.copyOfRange(bytes, HEAD, HEAD + IV);
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, material, vector, head(bytes, HEAD), context);
      return Optional.of(cipher.doFinal(bytes, HEAD + IV, bytes.length - HEAD - IV));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher cipher(
      int mode, Material material, byte[] vector, byte[] head, Map<String, String> context)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(material.secret(), "AES"), new GCMParameterSpec(TAG_BITS, vector));
    cipher.updateAAD(head);
    for (var entry : new TreeMap<>(context).entrySet()) {
      part(cipher, entry.getKey());
      part(cipher, entry.getValue());
    }
    return cipher;
  }

  private static void part(Cipher cipher, String text) {
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    cipher.updateAAD(ByteBuffer.allocate(4).putInt(utf8.length).flip());
    cipher.updateAAD(utf8);
  }

  private static byte[] head(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }

  private static int sum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, 0, ID_END);
    return (int) crc.getValue();
  }
}
