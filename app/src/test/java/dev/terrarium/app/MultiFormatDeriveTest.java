package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/// The first reference system as a whole, small: deployed, driven and verified over HTTP.
class MultiFormatDeriveTest {
  @Test
  void everySourceIsDerivedFromAndWhatComesOutIsTrue() {
    var out = new StringWriter();
    var status =
        Main.execute(new PrintWriter(out, true), "run", "multi-format-derive", "--scale", "0.1");
    assertThat(out.toString()).endsWith("VERIFIED\n").doesNotContain("NOT VERIFIED");
    assertThat(status).isZero();
  }

  @Test
  void theListOfSystemsNamesTheirFaults() {
    var out = new StringWriter();
    assertThat(Main.execute(new PrintWriter(out, true), "systems")).isZero();
    assertThat(out.toString()).contains("multi-format-derive", "--fault poison");
  }
}
