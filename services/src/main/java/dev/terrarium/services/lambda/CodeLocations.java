package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Where the package of a version can be fetched: AWS gives a presigned address, Terrarium the file
/// itself.
final class CodeLocations {
  private CodeLocations() {}

  static String of(Cloud cloud, String blob) {
    try {
      return cloud.blobs().file(blob).toUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
