package dev.terrarium.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/// Code packages of the functions that are invoked.
final class Packages {
  private Packages() {}

  /// A package with a function's class and the one by which functions tell their results.
  static SdkBytes of(Class<?> type) throws IOException {
    var files = new LinkedHashMap<String, byte[]>();
    for (var name : List.of(type.getName(), type.getPackageName() + ".Results")) {
      var file = name.replace('.', '/') + ".class";
      try (var in = Objects.requireNonNull(type.getClassLoader()).getResourceAsStream(file)) {
        files.put(file, Objects.requireNonNull(in).readAllBytes());
      }
    }
    return zip(files);
  }

  /// A package with one source file.
  static SdkBytes of(String name, String source) throws IOException {
    return zip(Map.of(name, source.getBytes(StandardCharsets.UTF_8)));
  }

  private static SdkBytes zip(Map<String, byte[]> files) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }
}
