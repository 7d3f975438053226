package dev.terrarium.systems.multiformat;

import dev.terrarium.systems.Run;
import java.util.List;

/// The buckets of derivatives.
final class Bucket {
  static final List<String> TARGETS = List.of("Documents", "Images", "Insights");

  private final Run run;

  Bucket(Run run) {
    this.run = run;
  }

  /// How many derivatives there are.
  int derivatives() {
    return TARGETS.stream()
        .mapToInt(target ->
            run
                .clients
                .s3
                .listObjectsV2Paginator(list -> list.bucket(run.output(target + "Bucket")))
                .stream()
                .mapToInt(page -> page.contents().size())
                .sum())
        .sum();
  }
}
