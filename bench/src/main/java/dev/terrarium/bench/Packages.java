package dev.terrarium.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/// Code packages of the functions that are invoked.
final class Packages {
  private Packages() {}

  /// A package with one class.
  static SdkBytes of(Class<?> type) throws IOException {
    var name = type.getName().replace('.', '/') + ".class";
    try (var in = Objects.requireNonNull(type.getClassLoader()).getResourceAsStream(name)) {
      return zip(name, Objects.requireNonNull(in).readAllBytes());
    }
  }

  /// A package with one source file.
  static SdkBytes of(String name, String source) throws IOException {
    return zip(name, source.getBytes(StandardCharsets.UTF_8));
  }

  private static SdkBytes zip(String name, byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }
}
