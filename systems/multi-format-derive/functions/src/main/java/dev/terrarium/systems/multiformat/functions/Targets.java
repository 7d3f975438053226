package dev.terrarium.systems.multiformat.functions;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The bucket of derivatives, in which each knows the content that it was made of.
///
/// Events come more than once, late, and to two functions at a time. A derivative is written only
/// on the condition that what lies at its key is still what was seen there before, so of any number
/// of deliveries one writes.
final class Targets {
  private static final String SOURCE = "source-etag";

  private final S3Client s3 =
      S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build();
  private final String bucket;

  Targets(String bucket) {
    this.bucket = bucket;
  }

  S3Client s3() {
    return s3;
  }

  /// What lies at a key now, or null.
  @Nullable HeadObjectResponse at(String key) {
    try {
      return s3.headObject(head -> head.bucket(bucket).key(key));
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return null;
      }
      throw e;
    }
  }

  static boolean isMadeOf(Source source, @Nullable HeadObjectResponse there) {
    return there != null && source.etag().equals(there.metadata().get(SOURCE));
  }

  /// Writes, unless somebody else did since; tells whether it did.
  boolean write(Source source, Derivative derivative, @Nullable HeadObjectResponse there) {
    try {
      s3.putObject(
          put -> {
            put.bucket(bucket)
                .key(derivative.key())
                .contentType(derivative.contentType())
                .metadata(
                    Map.of(
                        SOURCE,
                        source.etag(),
                        "source-key",
                        source.key(),
                        "derived-at",
                        Long.toString(System.currentTimeMillis())));
            if (there == null) {
              put.ifNoneMatch("*");
            } else {
              put.ifMatch(there.eTag());
            }
          },
          RequestBody.fromBytes(derivative.content()));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == 412 || e.statusCode() == 409) {
        return false;
      }
      throw e;
    }
  }
}
