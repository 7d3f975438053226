package dev.terrarium.services.secretsmanager;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.ServicePackage;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import dev.terrarium.services.kms.KmsPackage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/// A cloud whose clock stands, with secrets, keys, and one function that does what a test says.
abstract class SecretsFixture {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";
  final MemoryStore store = new MemoryStore();
  final List<String> events = new ArrayList<>();
  UnaryOperator<String> function = event -> "";
  final Cloud cloud = open();
  final SecretsManagerClient secrets = cloud.client(SecretsManagerClient.class);

  final Cloud open() {
    return Cloud.builder()
        .store(store)
        .clock(Clock.stoppedAt(START))
        .packages(List.of(new SecretsManagerPackage(), new KmsPackage(), new Functions()))
        .build();
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  String value(String id) {
    return secrets.getSecretValue(r -> r.secretId(id)).secretString();
  }

  static AbstractStringAssert<?> assertRefused(ThrowingCallable call) {
    var error = catchThrowableOfType(AwsServiceException.class, call);
    return Assertions.assertThat(
        error == null ? "no error" : Errors.code(error) + ": " + Errors.message(error));
  }

  /// Lambda with the one function. What it returns is its error, if it is not empty.
  final class Functions implements ServicePackage, LambdaClient {
    @Override
    public String name() {
      return "lambda";
    }

    @Override
    public String clientInterface() {
      return LambdaClient.class.getName();
    }

    @Override
    public List<?> open(Cloud with) {
      return List.of(this);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public GetFunctionConfigurationResponse getFunctionConfiguration(
        GetFunctionConfigurationRequest request) {
      if (!request.functionName().equals(FUNCTION)) {
        throw Errors.of(404, "ResourceNotFoundException", "Function not found");
      }
      return GetFunctionConfigurationResponse.builder().functionArn(FUNCTION).build();
    }

    @Override
    public InvokeResponse invoke(InvokeRequest request) {
      var event = request.payload().asUtf8String();
      events.add(event);
      var error = function.apply(event);
      return InvokeResponse.builder()
          .statusCode(200)
          .functionError(error.isEmpty() ? null : "Unhandled")
          .payload(SdkBytes.fromUtf8String("{}"))
          .build();
    }
  }
}
