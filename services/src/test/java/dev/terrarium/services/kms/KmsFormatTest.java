package dev.terrarium.services.kms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class KmsFormatTest {
  private static final String ID = "01".repeat(32);
  private static final String CHECK = "651c73e0";
  private static final String SEALED = "e4339e3c704af6d707f5043ab51aa24c90";

  @Test
  void material() {
    var material =
        new Material(
            ID,
            new byte[] {1, 2},
            new byte[] {3},
            Instant.ofEpochSecond(1),
            "ON_DEMAND",
            "d",
            Instant.ofEpochSecond(2));
    var writer = new BinaryWriter(1);
    material.write(writer);
    var bytes =
        "01"
            + "8001"
            + "3031".repeat(32)
            + "040102"
            + "0203"
            + "020200"
            + "124f4e5f44454d414e44"
            + "0264"
            + "020400";
    assertThat(HexFormat.of().formatHex(writer.toBytes())).isEqualTo(bytes);
    var read = Material.read(new BinaryReader(HexFormat.of().parseHex(bytes)));
    assertThat(read).usingRecursiveComparison().isEqualTo(material);
  }

  @Test
  void anAlias() {
    var alias = new Aliases.Alias("k", Instant.ofEpochSecond(1), Instant.ofEpochSecond(2));
    var bytes = "01" + "026b" + "0200" + "0400";
    assertThat(HexFormat.of().formatHex(Aliases.Alias.CODEC.encode(alias))).isEqualTo(bytes);
    assertThat(Aliases.Alias.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(alias);
  }

  /// A ciphertext that a user keeps outlives every release.
  @Test
  void aCiphertext() {
    var material = Material.of(ID, new byte[32], new byte[0]);
    var context = new TreeMap<>(Map.of("a", "b"));
    var sealed = Envelope.seal(material, new byte[12], new byte[] {42}, context);
    var bytes = "0102020078" + ID + CHECK + "00".repeat(12) + SEALED;
    assertThat(HexFormat.of().formatHex(sealed)).isEqualTo(bytes);
    var envelope = Envelope.of(HexFormat.of().parseHex(bytes)).orElseThrow();
    assertThat(envelope.materialId()).isEqualTo(ID);
    assertThat(envelope.open(material, context)).hasValue(new byte[] {42});
  }
}
