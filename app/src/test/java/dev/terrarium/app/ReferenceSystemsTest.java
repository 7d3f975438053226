package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The reference systems as wholes, small: deployed, driven and verified over HTTP, and each
/// verification shown to be able to fail.
class ReferenceSystemsTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "multi-format-derive, '',     0.1",
    "kinesis-realtime,    '',     0.05",
    "kinesis-realtime,    poison, 0.05",
    "dynamodb-cdc,        poison, 0.1",
    "mapbox-replication,  late-batches, 0.1",
    "library-notify,      duplicates, 0.1",
    "ddb-s3-versions,     late-batches, 0.1",
    "netflix-db-sync,     '',     0.1",
    "iot-condition,       topic-failing, 0.05",
    "bustle-metrics,      '',     0.05",
    "dubsmash-tracking,   impatient-apps, 0.05",
  })
  void whatComesOutIsTrue(String system, String fault, String scale) {
    var out = new StringWriter();
    var status =
        Main.execute(
            new PrintWriter(out, true),
            "run",
            system,
            "--scale",
            scale,
            "--fault",
            fault,
            "--doubt",
            "5");
    assertThat(out.toString()).endsWith("VERIFIED\n").doesNotContain("NOT VERIFIED");
    assertThat(status).isZero();
  }

  @Test
  void aTemplateThatIsNotThereIsAWrongUsage() {
    var out = new StringWriter();
    var status =
        Main.execute(new PrintWriter(out, true), "deploy", "none.yaml", "--stack-name", "shop");
    assertThat(status).isEqualTo(2);
  }

  @Test
  void theListOfSystemsNamesTheirFaults() {
    var out = new StringWriter();
    assertThat(Main.execute(new PrintWriter(out, true), "systems")).isZero();
    assertThat(out.toString()).contains("multi-format-derive", "--fault poison");
  }
}
