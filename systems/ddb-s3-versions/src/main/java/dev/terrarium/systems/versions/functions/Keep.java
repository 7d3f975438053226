package dev.terrarium.systems.versions.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Images;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// Keeps each change of an item as a version of the item's object, deletions too. A change that
/// comes again is not newer than what is there and makes no version.
public final class Keep extends ChangeHandler {
  private final S3Client s3 = Aws.s3();
  private final String bucket = variable("BUCKET");

  @Override
  protected void changes(List<Change> changes) {
    var reached = new HashMap<String, String>();
    for (var change : changes) {
      var key = Images.sha256(Images.json(change.keys()).toString());
      var last = reached.computeIfAbsent(key, this::last);
      if (change.order().compareTo(last) > 0) {
        s3.putObject(
            put -> put.bucket(bucket).key(key).metadata(Map.of("order", change.order())),
            RequestBody.fromString(Images.json(change.newImage()).toString()));
        reached.put(key, change.order());
      }
    }
  }

  /// Which change an item's last version is of; empty if it has none.
  private String last(String key) {
    try {
      return s3.headObject(head -> head.bucket(bucket).key(key))
          .metadata()
          .getOrDefault("order", "");
    } catch (NoSuchKeyException _) {
      return "";
    }
  }
}
