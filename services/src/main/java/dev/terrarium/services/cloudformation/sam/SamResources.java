package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The tables that the transform works by.
final class SamResources {
  private SamResources() {}

  static JsonNode read(String name) {
    try (var in = SamResources.class.getResourceAsStream(name)) {
      return Json.parse(
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
