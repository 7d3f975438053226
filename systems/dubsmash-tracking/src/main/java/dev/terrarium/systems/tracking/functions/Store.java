package dev.terrarium.systems.tracking.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Event;
import dev.terrarium.systems.functions.StreamHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Makes of each batch an object for each type of event: lines of JSON, compressed, under
/// `<type>/<shard>-<first sequence number>.json.gz`. The same batch again makes the same objects.
public final class Store extends StreamHandler {
  private final S3Client s3 = Aws.s3();
  private final String bucket = variable("BUCKET");

  @Override
  protected void take(List<JsonNode> records) throws IOException {
    var byType = new TreeMap<String, List<Event>>();
    for (var record : records) {
      var event = Event.of(record);
      byType.computeIfAbsent(event.data().path("type").asText(), t -> new ArrayList<>()).add(event);
    }
    for (var entry : byType.entrySet()) {
      var first = entry.getValue().getFirst();
      var key = entry.getKey() + "/" + first.shard() + "-" + first.order() + ".json.gz";
      var bytes = new ByteArrayOutputStream();
      try (var lines = new GZIPOutputStream(bytes)) {
        for (var event : entry.getValue()) {
          lines.write((event.data() + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
      s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(bytes.toByteArray()));
    }
  }
}
