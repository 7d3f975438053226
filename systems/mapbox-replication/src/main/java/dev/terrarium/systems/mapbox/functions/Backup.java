package dev.terrarium.systems.mapbox.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Images;
import java.util.LinkedHashMap;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Keeps each item as an object, whose key is the SHA-256 of the item's key; what is deleted there
/// is deleted here, and the bucket keeps the versions.
public final class Backup extends ChangeHandler {
  private final S3Client s3 = Aws.s3();
  private final String bucket = variable("BUCKET");

  @Override
  protected void changes(List<Change> changes) {
    var last = new LinkedHashMap<String, Change>();
    changes.forEach(c -> last.put(Images.sha256(Images.json(c.keys()).toString()), c));
    last.forEach((key, change) -> {
      if (change.newImage().isEmpty()) {
        s3.deleteObject(delete -> delete.bucket(bucket).key(key));
      } else {
        s3.putObject(
            put -> put.bucket(bucket).key(key).contentType("application/json"),
            RequestBody.fromString(Images.json(change.newImage()).toString()));
      }
    });
  }
}
