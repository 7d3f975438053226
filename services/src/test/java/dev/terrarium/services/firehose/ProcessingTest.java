package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.terrarium.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

final class ProcessingTest extends FirehoseFixture {
  @Test
  void recordsArePartitionedByWhatAQueryFindsInThem() {
    create(
        "d",
        d ->
            d.prefix("c=!{partitionKeyFromQuery:customer}/")
                .errorOutputPrefix("bad/!{firehose:error-output-type}/")
                .dynamicPartitioningConfiguration(p -> p.enabled(true))
                .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(64))
                .processingConfiguration(p ->
                    p.enabled(true)
                        .processors(
                            processor("RecordDeAggregation", "SubRecordType", "JSON"),
                            processor(
                                "MetadataExtraction",
                                "MetadataExtractionQuery",
                                "{customer:.customer.id|tostring}",
                                "JsonParsingEngine",
                                "JQ-1.6"),
                            processor("AppendDelimiterToRecord", "Delimiter", "\\n"))));
    put("d", "{\"customer\":{\"id\":1},\"n\":1}{\"customer\":{\"id\":2}}");
    pass(Duration.ofSeconds(1));
    put("d", "not JSON");
    pass(Duration.ofSeconds(1));
    assertThat(keys()).hasSize(3);
    assertThat(keys().get(0)).startsWith("bad/processing-failed/");
    assertThat(keys().get(1)).startsWith("c=1/d-1-");
    assertThat(text(keys().get(1))).isEqualTo("{\"customer\":{\"id\":1},\"n\":1}\n");
    assertThat(keys().get(2)).startsWith("c=2/d-1-");
    var failure = Json.parse(text(keys().get(0)));
    assertThat(Base64.getDecoder().decode(failure.path("rawData").asText()))
        .asString()
        .isEqualTo("not JSON");
  }

  /// Shouts, drops what is `drop`, fails what is `fail`, forgets what is `forget`.
  public static final class Shouter
      implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    @Override
    @SuppressWarnings("unchecked")
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
      var out = new ArrayList<Map<String, Object>>();
      var records = (List<Map<String, String>>) Objects.requireNonNull(event.get("records"));
      for (var record : records) {
        var given = Base64.getDecoder().decode(record.getOrDefault("data", ""));
        var data = new String(given, StandardCharsets.UTF_8);
        if (data.equals("explode")) {
          throw new IllegalStateException("Boom");
        }
        if (!data.equals("forget")) {
          var shouted = data.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_8);
          out.add(
              Map.of(
                  "recordId",
                  record.getOrDefault("recordId", ""),
                  "result",
                  data.equals("drop") ? "Dropped" : data.equals("fail") ? "ProcessingFailed" : "Ok",
                  "data",
                  Base64.getEncoder().encodeToString(shouted)));
        }
      }
      return Map.of("records", out);
    }
  }

  private String shouter() throws IOException {
    var out = new ByteArrayOutputStream();
    var name = Shouter.class.getName().replace('.', '/') + ".class";
    try (var zip = new ZipOutputStream(out);
        var in = Objects.requireNonNull(Shouter.class.getClassLoader().getResourceAsStream(name))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(in.readAllBytes());
      zip.closeEntry();
    }
    return cloud
        .client(LambdaClient.class)
        .createFunction(f ->
            f.functionName("shouter")
                .runtime("java21")
                .handler(Shouter.class.getName())
                .role(ROLE)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(out.toByteArray()))))
        .functionArn();
  }

  @Test
  void aFunctionTransformsRecords() throws IOException {
    var function = shouter();
    create(
        "d",
        d ->
            d.prefix("good/")
                .errorOutputPrefix("bad/")
                .bufferingHints(h -> h.intervalInSeconds(10).sizeInMBs(1))
                .s3BackupMode("Enabled")
                .s3BackupConfiguration(
                    b -> b.roleARN(ROLE).bucketARN("arn:aws:s3:::bbb").prefix("source/"))
                .processingConfiguration(
                    p -> p.enabled(true).processors(processor("Lambda", "LambdaArn", function))));
    put("d", "hello ", "drop", "fail", "world", "forget");
    pass(Duration.ofSeconds(10));
    assertThat(keys()).hasSize(3);
    assertThat(keys().get(0)).startsWith("bad/processing-failed/2026/01/02/03/d-1-");
    assertThat(text(keys().get(0)).lines().map(line -> Json.parse(line).path("errorCode").asText()))
        .containsExactly("Lambda.ProcessingFailedStatus", "Lambda.MissingRecordId");
    assertThat(text(keys().get(1))).isEqualTo("HELLO WORLD");
    assertThat(text(keys().get(2))).isEqualTo("hello dropfailworldforget");
    put("d", "explode");
    pass(Duration.ofSeconds(10));
    var failed = Json.parse(text(keys().get(1)));
    assertThat(failed.path("errorCode").asText()).isEqualTo("Lambda.FunctionError");
    assertThat(failed.path("attemptsMade").asInt()).isEqualTo(4);
    assertThat(failed.path("lambdaArn").asText()).isEqualTo(function);
  }
}
