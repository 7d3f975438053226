package dev.terrarium.wire;

import dev.terrarium.kernel.VirtualHosts;
import org.jspecify.annotations.Nullable;

/// Which bucket and object a request to S3 is about: by virtual host (`bucket.s3.…`,
/// `bucket.localhost`) or by path.
///
/// @param bucket or null for the service itself
/// @param key decoded, or null for the bucket itself
/// @param virtualHost whether the bucket stood in the host's name
record S3Address(@Nullable String bucket, @Nullable String key, boolean virtualHost) {
  static S3Address of(WireRequest request) {
    var bucket = VirtualHosts.bucket(request.host());
    var path = request.rawPath().substring(1);
    if (bucket != null) {
      return new S3Address(bucket, path.isEmpty() ? null : WireRequest.decodePath(path), true);
    }
    var slash = path.indexOf('/');
    if (path.isEmpty()) {
      return new S3Address(null, null, false);
    } else if (slash < 0) {
      return new S3Address(WireRequest.decodePath(path), null, false);
    }
    var key = path.substring(slash + 1);
    return new S3Address(
        WireRequest.decodePath(path.substring(0, slash)),
        key.isEmpty() ? null : WireRequest.decodePath(key),
        false);
  }
}
