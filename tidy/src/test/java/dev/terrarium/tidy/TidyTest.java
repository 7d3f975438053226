package dev.terrarium.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Style is a test: it fails in the same place, and reads the same way, as any other bug.
class TidyTest {
  private static final int FILE_LINES_MAX = 400;
  private static final boolean FIX = Boolean.getBoolean("tidy.fix");

  @Test
  void everyFileIsFormatted() throws IOException, FormatterException {
    var formatter = new Formatter();
    for (var file : sources()) {
      var text = Files.readString(file);
      var tidy = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(text));
      if (FIX) {
        Files.writeString(file, tidy);
      } else {
        assertThat(text)
            .as("%s (repair with: mvn -pl tidy test -Dtidy.fix=true)", file)
            .isEqualTo(tidy);
      }
    }
  }

  @Test
  void noFileIsLongerThanTheBudget() throws IOException {
    for (var file : sources()) {
      assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(FILE_LINES_MAX);
    }
  }

  private static List<Path> sources() throws IOException {
    try (var files = Files.walk(Path.of(System.getProperty("tidy.root", "..")))) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> !f.toString().contains("/target/"))
          .toList();
    }
  }
}
