package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.ServiceModel;
import dev.terrarium.wire.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/// Every member of every operation, from the SDK's client through the wire into a service and back.
@Execution(ExecutionMode.SAME_THREAD)
class RoundTripTest {
  private static final byte[] BODY = "a body, é\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);

  /// Operations that no request can tell from another here, and why.
  private static final Map<String, String> SKIPPED =
      Map.of(
          "ListDirectoryBuckets", "is ListBuckets but for the host",
          "WriteGetObjectResponse", "is found by a host of its own");

  private static final List<Recording> SERVICES = new ArrayList<>();
  private static Cloud cloud;
  private static HttpServer server;
  private static SdkHttpClient http;

  @BeforeAll
  static void start() {
    try (var real = Cloud.inMemory()) {
      real.services().forEach(s -> SERVICES.add(new Recording(s.name(), s.client())));
    }
    SERVICES.add(new Recording("ec2", software.amazon.awssdk.services.ec2.Ec2Client.class));
    cloud = Cloud.builder().packages(SERVICES).build();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
    http = ApacheHttpClient.create();
  }

  @AfterAll
  static void stop() {
    http.close();
    server.close();
    cloud.close();
  }

  @TestFactory
  Stream<DynamicTest> everythingArrivesAsItWasSent() {
    return SERVICES.stream()
        .flatMap(service -> {
          var model = new ServiceModel(cloud.service(service.name()).client());
          var endpoint = URI.create("http://127.0.0.1:" + server.port());
          var client = Clients.of(model.client(), endpoint, http, Clients.KEYS);
          return model.operations().stream()
              .filter(operation -> !SKIPPED.containsKey(operation.name()))
              .filter(operation -> !operation.streamsEvents()) // EventStreamTest has those.
              .map(operation ->
                  DynamicTest.dynamicTest(
                      service.name() + ":" + operation.name(),
                      () -> roundTrip(service, client, operation)));
        });
  }

  private static void roundTrip(Recording service, Object client, Operation operation) {
    var request = new Samples(RoundTripTest::requestValue).fill(operation.requestBuilder().get());
    var response =
        new Samples((field, value) -> responseValue(operation, field, value))
            .fill(operation.responseBuilder().get());
    service.answer = response;
    service.answerBody = BODY;
    service.request = null;

    var result = Clients.call(client, operation, request, BODY);

    assertThat(service.request).as("request").isInstanceOf(request.getClass());
    assertThat(Samples.missing(request, service.request)).as("request").isEmpty();
    if (operation.streamsIn()) {
      assertThat(service.body).isEqualTo(BODY);
    }
    var received = (SdkPojo) (result instanceof ResponseBytes<?> bytes ? bytes.response() : result);
    assertThat(Samples.missing(response, received)).as("response").isEmpty();
    if (result instanceof ResponseBytes<?> bytes) {
      assertThat(bytes.asByteArray()).isEqualTo(BODY);
    }
  }

  static Object requestValue(SdkField<?> field, Object value) {
    return switch (field.memberName()) {
      case "Bucket" -> value instanceof String ? "example-bucket" : value;
      case "Key" -> value instanceof String ? "a b/c+d%25/é//~!*'()e" : value;
      case "ChecksumAlgorithm" -> value instanceof String ? "CRC32" : value;
      case "ContentLength" -> null;
      case "CopySource" -> "other-bucket/key";
      case "SourceBucket", "SourceKey", "SourceVersionId", "ChecksumMode" ->
          value instanceof String ? null : value;
      // For one of EventBridge's the SDK asks a host of AWS's.
      case "EndpointId" -> null;
      // The SDK does not escape attributes.
      case "Type" -> value instanceof String ? "CanonicalUser" : value;
      default -> value;
    };
  }

  private static Object responseValue(Operation operation, SdkField<?> field, Object value) {
    return switch (field.memberName()) {
      case "ContentLength" -> operation.streamsOut() ? (Object) (long) BODY.length : value;
      case "ExpiresString" -> "Wed, 04 Mar 2026 05:06:07 GMT";
      case "ContentRange" -> operation.streamsOut() ? "bytes 0-9/10" : value;
      default -> value;
    };
  }
}
