package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.wire.HttpServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/// Every error that an operation declares arrives at the SDK's client as the exception that it is,
/// with its members.
@Execution(ExecutionMode.SAME_THREAD)
class ErrorRoundTripTest {
  /// Codes that the name of the SDK's exception does not tell.
  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("OperationStatusCheckFailedException", "ConditionalCheckFailed"),
          Map.entry("InternalServiceException", "InternalServiceError"),
          Map.entry("MissingRequiredParameterException", "MissingParameter"),
          Map.entry("DashboardNotFoundErrorException", "ResourceNotFound"),
          Map.entry("DashboardInvalidInputErrorException", "InvalidParameterInput"),
          Map.entry("ServiceNotSupportedException", "NotSupportedService"),
          Map.entry("CredentialReportNotPresentException", "ReportNotPresent"),
          Map.entry("CredentialReportExpiredException", "ReportExpired"),
          Map.entry("CredentialReportNotReadyException", "ReportInProgress"),
          Map.entry("CustomKeyStoreHasCmKsException", "CustomKeyStoreHasCMKsException"),
          Map.entry("InvalidParameterValueException", "ParameterValueInvalid"));

  private static final List<Recording> SERVICES = new ArrayList<>();
  private static Cloud cloud;
  private static HttpServer server;
  private static SdkHttpClient http;

  @BeforeAll
  static void start() {
    try (var real = Cloud.inMemory()) {
      real.services().forEach(s -> SERVICES.add(new Recording(s.name(), s.client())));
    }
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
  Stream<DynamicTest> everyErrorArrivesAsItself() {
    return SERVICES.stream()
        .flatMap(recording -> {
          var service = cloud.service(recording.name());
          var endpoint = URI.create("http://127.0.0.1:" + server.port());
          var client = Clients.of(service.client(), endpoint, http, Clients.KEYS);
          var seen = new LinkedHashSet<Class<?>>();
          return service.model().operations().stream()
              .filter(operation -> !operation.streamsIn() && !operation.name().startsWith("Head"))
              .flatMap(operation ->
                  Stream.of(operation.method().getExceptionTypes())
                      .filter(ErrorRoundTripTest::isModelled)
                      .filter(seen::add)
                      .map(type ->
                          DynamicTest.dynamicTest(
                              service.name() + ":" + type.getSimpleName(),
                              () -> roundTrip(recording, client, operation, type))));
        });
  }

  /// Not the service's own base exception, nor one of the SDK's.
  private static boolean isModelled(Class<?> type) {
    return AwsServiceException.class.isAssignableFrom(type)
        && type.getSuperclass() != AwsServiceException.class
        && type != AwsServiceException.class;
  }

  /// The SDK's name of an exception ends in `Exception`; the error's own may or may not, or end in
  /// `Fault`.
  private static void roundTrip(
      Recording service, Object client, Operation operation, Class<?> type) throws Exception {
    var arrived = new ArrayList<Throwable>();
    for (var code : codes(type.getSimpleName())) {
      var thrown = error(type, code);
      service.failure = asked -> thrown;
      var request = new Samples(RoundTripTest::requestValue).fill(operation.requestBuilder().get());
      try {
        Clients.call(client, operation, request, new byte[0]);
      } catch (AwsServiceException e) {
        arrived.add(e);
        if (type.isInstance(e)) {
          assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("as told");
          assertThat(e.statusCode()).isEqualTo(409);
          assertThat(Samples.missing(thrown, e)).isEmpty();
          return;
        }
      }
    }
    assertThat(arrived).hasAtLeastOneElementOfType(type);
  }

  private static Set<String> codes(String name) {
    var codes = new LinkedHashSet<String>();
    for (var end : List.of("Exception", "", "Fault")) {
      codes.add(name.replaceFirst("Exception$", end));
    }
    if (CODES.containsKey(name)) {
      codes.add(CODES.get(name));
    }
    var shortened =
        Pattern.compile("(Kms|Ml|Ec2|Ecs|Efsio|Efs|Eni|Ip|Idp|Id|Jwt|Ssh|Cfn)(?=[A-Z]|$)");
    for (var code : List.copyOf(codes)) {
      codes.add(shortened.matcher(code).replaceAll(m -> m.group().toUpperCase(Locale.ROOT)));
    }
    return codes;
  }

  private static AwsServiceException error(Class<?> type, String code) throws Exception {
    var builder = (AwsServiceException.Builder) type.getMethod("builder").invoke(null);
    builder
        .message("as told")
        .statusCode(409)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("as told").build());
    return (AwsServiceException) new Samples((field, value) -> value).fill((SdkPojo) builder);
  }
}
