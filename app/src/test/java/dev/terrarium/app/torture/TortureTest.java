package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class TortureTest {
  /// More of them with `bench/kills`.
  private static final int KILLS = Integer.getInteger("torture.kills", 20);

  @TempDir Path folder = Path.of("");

  @Test
  void nothingAcknowledgedIsLostWhenItIsKilled() throws IOException, InterruptedException {
    var done = new Torture(folder, System.nanoTime()).run(KILLS, Duration.ofSeconds(12L * KILLS));
    assertThat(done).startsWith(KILLS + " kills").doesNotContain(" 0 ");
    System.out.println(done);
  }
}
