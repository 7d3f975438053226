package dev.terrarium.systems;

import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket, read as a whole.
///
/// @param s3 of the region that it is in
public record Bucket(S3Client s3, String name) {
  /// The keys that begin so, in their order.
  public List<String> keys(String prefix) {
    return s3.listObjectsV2Paginator(list -> list.bucket(name).prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  /// Every version of every object that there is or was, the latest of each key first.
  public List<ObjectVersion> versions() {
    return s3.listObjectVersionsPaginator(list -> list.bucket(name)).versions().stream().toList();
  }

  /// What an object says.
  public String text(String key) {
    return s3.getObjectAsBytes(get -> get.bucket(name).key(key)).asUtf8String();
  }
}
