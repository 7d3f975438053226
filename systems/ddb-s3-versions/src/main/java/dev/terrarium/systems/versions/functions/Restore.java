package dev.terrarium.systems.versions.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.BatchWriter;
import dev.terrarium.systems.functions.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Makes a table what the other was just after a change: `{"order": ...}`.
public final class Restore implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final S3Client s3 = Aws.s3();
  private final DynamoDbClient dynamo = Aws.dynamo();
  private final String bucket = Objects.requireNonNull(System.getenv("BUCKET"));
  private final String table = Objects.requireNonNull(System.getenv("TABLE"));

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var until = JSON.readTree(input).path("order").asText();
    var writes = new ArrayList<WriteRequest>();
    var found = new HashSet<String>();
    var ids = new HashSet<AttributeValue>();
    // The versions of a key come with the newest first.
    for (var version : s3.listObjectVersionsPaginator(l -> l.bucket(bucket)).versions()) {
      if (!found.contains(version.key())) {
        var object = version(version.key(), version.versionId());
        var order = object.response().metadata().getOrDefault("order", "");
        if (order.compareTo(until) <= 0) {
          found.add(version.key());
          var item = Images.item(JSON.readTree(object.asByteArray()));
          if (!item.isEmpty()) {
            ids.add(Objects.requireNonNull(item.get("id")));
            writes.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
          }
        }
      }
    }
    for (var item : dynamo.scanPaginator(scan -> scan.tableName(table)).items()) {
      var id = Objects.requireNonNull(item.get("id"));
      if (!ids.contains(id)) {
        writes.add(WriteRequest.builder().deleteRequest(d -> d.key(Map.of("id", id))).build());
      }
    }
    new BatchWriter(dynamo, table).write(writes);
    output.write(("{\"items\": " + ids.size() + "}").getBytes(StandardCharsets.UTF_8));
  }

  private ResponseBytes<GetObjectResponse> version(String key, String id) {
    return s3.getObjectAsBytes(get -> get.bucket(bucket).key(key).versionId(id));
  }
}
