package dev.terrarium.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.services.glue.RegistryKeys.SchemaKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.Table;

/// What is on disk today must be readable for ever: bytes, not only round trips.
final class GlueFormatTest {
  @Test
  void aTable() {
    var table = new TableRecord("s", 3, Table.builder().name("t").build());
    var bytes = "01" + "0273" + "06" + "02" + "084e616d65" + "02" + "0274";
    assertThat(HexFormat.of().formatHex(TableRecord.CODEC.encode(table))).isEqualTo(bytes);
    assertThat(TableRecord.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(table);
  }

  @Test
  void aVersionOfASchema() {
    var version =
        new SchemaVersion(
            new SchemaKey("a", "r", "g", "n"),
            GetSchemaVersionResponse.builder().schemaArn("x").build(),
            Map.of("k", List.of(new SchemaVersion.Said("v", "t"))));
    var bytes =
        "01"
            + "026102720267"
            + "026e"
            + "02"
            + "12536368656d6141726e"
            + "02"
            + "0278"
            + "02"
            + "026b"
            + "02"
            + "0276"
            + "0274";
    assertThat(HexFormat.of().formatHex(SchemaVersion.CODEC.encode(version))).isEqualTo(bytes);
    assertThat(SchemaVersion.CODEC.decode(HexFormat.of().parseHex(bytes))).isEqualTo(version);
  }
}
