package dev.terrarium.services.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class SecretsFormatTest {
  @Test
  void aVersion() {
    var version =
        new Version(
            Instant.ofEpochSecond(1),
            Instant.ofEpochSecond(2),
            "k",
            Version.Kind.TEXT,
            new byte[] {1});
    var bytes = "01" + "0200" + "020400" + "026b" + "0854455854" + "0201";
    assertThat(HexFormat.of().formatHex(Version.CODEC.encode(version))).isEqualTo(bytes);
    assertThat(Version.CODEC.decode(HexFormat.of().parseHex(bytes)))
        .usingRecursiveComparison()
        .isEqualTo(version);
  }

  @Test
  void aSecret() {
    var secret =
        new SecretRecord(
            DescribeSecretResponse.builder().name("n").build(),
            "p",
            Instant.ofEpochSecond(1),
            "v",
            2);
    var bytes = "01" + "02" + "084e616d65" + "02" + "026e" + "0270" + "020200" + "0276" + "04";
    assertThat(HexFormat.of().formatHex(SecretRecord.CODEC.encode(secret))).isEqualTo(bytes);
    assertThat(SecretRecord.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(secret);
  }
}
