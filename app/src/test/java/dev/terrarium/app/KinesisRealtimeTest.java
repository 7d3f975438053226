package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The stream's system as a whole, small: deployed, driven and verified over HTTP.
class KinesisRealtimeTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "poison"})
  void everyEventIsTakenInOnceAndInItsOrder(String fault) {
    var out = new StringWriter();
    var status =
        Main.execute(
            new PrintWriter(out, true),
            "run",
            "kinesis-realtime",
            "--scale",
            "0.05",
            "--fault",
            fault);
    assertThat(out.toString()).endsWith("VERIFIED\n").doesNotContain("NOT VERIFIED");
    assertThat(status).isZero();
  }
}
