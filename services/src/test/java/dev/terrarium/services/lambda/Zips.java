package dev.terrarium.services.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/// Makes code packages.
final class Zips {
  private Zips() {}

  static SdkBytes of(String file, String text) {
    return of(Map.of(file, text.getBytes(StandardCharsets.UTF_8)));
  }

  static SdkBytes of(Map<String, byte[]> files) {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (var file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SdkBytes.fromByteArray(out.toByteArray());
  }

  /// The class files of test classes.
  static SdkBytes ofClasses(Class<?>... classes) {
    return withJars(List.of(), classes);
  }

  /// The class files of test classes, and in `lib` the jars from which other classes come.
  static SdkBytes withJars(List<Class<?>> libraries, Class<?>... classes) {
    var files = new LinkedHashMap<String, byte[]>();
    for (var type : classes) {
      var name = type.getName().replace('.', '/') + ".class";
      try (var in = type.getClassLoader().getResourceAsStream(name)) {
        files.put(name, Objects.requireNonNull(in).readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (var library : libraries) {
      var source = Objects.requireNonNull(library.getProtectionDomain().getCodeSource());
      try (var in = source.getLocation().openStream()) {
        files.put("lib/" + library.getSimpleName() + ".jar", in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return of(files);
  }
}
