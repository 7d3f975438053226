package dev.terrarium.systems;

import dev.terrarium.deploy.Packager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// The templates of a reference system and the code that they name, as files.
public final class SystemFiles {
  private final ReferenceSystem system;
  private final Path folder;

  /// @param folder where they go; there
  public SystemFiles(ReferenceSystem system, Path folder) {
    this.system = system;
    this.folder = folder;
  }

  /// Writes a template and, if it is not there, the code that it names; returns the template's
  /// file.
  public Path write(String template) throws IOException {
    var file = folder.resolve(template);
    copy(template, file);
    for (var code : Packager.localCode(file)) {
      var to = folder.resolve(code);
      if (!Files.exists(to)) {
        copy(code, to);
      }
    }
    return file;
  }

  /// Copies what belongs to the system or, if it has no such thing, to all.
  private void copy(String name, Path to) throws IOException {
    var own = system.getClass().getResourceAsStream("/" + system.name() + "/" + name);
    try (var in = own != null ? own : SystemFiles.class.getResourceAsStream("/" + name)) {
      Files.copy(Objects.requireNonNull(in, () -> "No resource " + name), to);
    }
  }
}
