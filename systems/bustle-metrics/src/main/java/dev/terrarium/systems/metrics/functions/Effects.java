package dev.terrarium.systems.metrics.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.functions.Aws;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Tells of each experiment what variant B changed, and how sure that is: a test of two
/// proportions.
public final class Effects implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DynamoDbClient dynamo = Aws.dynamo();
  private final String table = Objects.requireNonNull(System.getenv("COUNTERS"));

  /// What one variant's readers did.
  private static final class Group {
    long views;
    long conversions;

    double rate() {
      return (double) conversions / views;
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var experiments = new TreeMap<String, Map<String, Group>>();
    for (var item : dynamo.scanPaginator(s -> s.tableName(table).consistentRead(true)).items()) {
      var parts = Objects.requireNonNull(item.get("counter")).s().split("#");
      if (parts.length == 4) {
        var group =
            experiments
                .computeIfAbsent(parts[0], e -> new TreeMap<>())
                .computeIfAbsent(parts[1], v -> new Group());
        group.views += number(item, "views");
        group.conversions += number(item, "conversions");
      }
    }
    var answer = JSON.createObjectNode();
    experiments.forEach((name, groups) -> {
      var a = Objects.requireNonNull(groups.get("A"));
      var b = Objects.requireNonNull(groups.get("B"));
      var z = z(a, b);
      answer
          .putObject(name)
          .put("views", a.views + b.views)
          .put("effect", b.rate() - a.rate())
          .put("z", z)
          .put("confidence", confidence(Math.abs(z)));
    });
    JSON.writeValue(output, answer);
  }

  private static long number(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(Objects.requireNonNull(item.get(name)).n());
  }

  /// By how many standard errors the rates differ.
  private static double z(Group a, Group b) {
    var pooled = (double) (a.conversions + b.conversions) / (a.views + b.views);
    var variance = pooled * (1 - pooled) * (1.0 / a.views + 1.0 / b.views);
    return (b.rate() - a.rate()) / Math.sqrt(variance);
  }

  /// The probability that chance alone stays below that, on either side: 2Φ(z) − 1, by the
  /// approximation 26.2.17 of Abramowitz and Stegun, good to 7 digits.
  private static double confidence(double z) {
    var t = 1 / (1 + 0.2316419 * z);
    var tail =
        Math.exp(-z * z / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return 1 - 2 * tail;
  }
}
