package dev.terrarium.systems.cdc.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Images;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Adds each batch to a chain of objects: its place in the chain is its key, and it names the
/// SHA-256 of the object before it.
///
/// Several of these may run at once, one for each shard. A place is taken by who puts an object
/// there first (`If-None-Match: *`); the other reads it, and tries the next.
public final class Audit extends ChangeHandler {
  private static final String BEGINNING = "";

  private final S3Client s3 = Aws.s3();
  private final String bucket = variable("BUCKET");

  /// The last place known to be taken, and the hash of what is there.
  private int last;

  private @Nullable String hash;

  @Override
  protected void changes(List<Change> changes) throws IOException {
    while (!add(changes)) {
      last++;
      hash = Images.sha256(read(last));
    }
  }

  /// False if somebody else has taken the next place.
  private boolean add(List<Change> changes) throws IOException {
    var previous = hash == null ? catchUp() : hash;
    var entry = JSON.createObjectNode().put("previous", previous);
    entry.put("taken", System.currentTimeMillis());
    changes.forEach(change -> entry.withArrayProperty("changes").add(change.record()));
    var text = JSON.writeValueAsString(entry);
    try {
      s3.putObject(
          put -> put.bucket(bucket).key(key(last + 1)).ifNoneMatch("*"),
          RequestBody.fromString(text));
    } catch (S3Exception e) {
      if (e.statusCode() == 412 || e.statusCode() == 409) {
        return false;
      }
      throw e;
    }
    last++;
    hash = Images.sha256(text);
    return true;
  }

  /// Finds the end of the chain after a start.
  private String catchUp() {
    for (var object : s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents()) {
      last = Integer.parseInt(object.key());
    }
    return last == 0 ? BEGINNING : Images.sha256(read(last));
  }

  private String read(int place) {
    return s3.getObjectAsBytes(get -> get.bucket(bucket).key(key(place))).asUtf8String();
  }

  private static String key(int place) {
    return String.format(Locale.ROOT, "%012d", place);
  }
}
