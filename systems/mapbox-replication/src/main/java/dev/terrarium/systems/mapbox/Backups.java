package dev.terrarium.systems.mapbox;

import dev.terrarium.systems.Bucket;
import dev.terrarium.systems.functions.Images;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;

/// The tools that go with the incremental backup: what `incremental-backfill` and
/// `incremental-snapshot` do.
///
/// @param objects one for each item, its key the SHA-256 of the item's key
/// @param snapshots where a whole table is one object
record Backups(Bucket objects, Bucket snapshots) {
  /// Writes the object of every item of a table; returns how many.
  ///
  /// It makes the first backup of a table that had none before its stream was followed.
  int backfill(DiffTables.Side table) {
    var items = table.items().values();
    items.parallelStream()
        .forEach(item -> {
          var key = Images.sha256(Images.json(DiffTables.key(item)).toString());
          objects
              .s3()
              .putObject(
                  put -> put.bucket(objects.name()).key(key).contentType("application/json"),
                  RequestBody.fromString(Images.json(item).toString()));
        });
    return items.size();
  }

  /// Writes all objects into one, compressed, an item in each line; returns how many.
  int snapshot(String name) {
    var keys = objects.keys("");
    try {
      var file = Files.createTempFile("snapshot", ".gz");
      try {
        write(keys, file);
        snapshots
            .s3()
            .putObject(put -> put.bucket(snapshots.name()).key(name), RequestBody.fromFile(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys.size();
  }

  private void write(List<String> keys, Path file) throws IOException {
    try (var lines = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (var key : keys) {
        lines.write((objects.text(key) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /// The items of a snapshot, each as it was backed up.
  List<String> read(String name) {
    try (var object = snapshots.s3().getObject(get -> get.bucket(snapshots.name()).key(name));
        var reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(object), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
