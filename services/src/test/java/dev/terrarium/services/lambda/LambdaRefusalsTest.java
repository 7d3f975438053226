package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

class LambdaRefusalsTest {
  private static final SdkBytes CODE = Zips.of("app.py", "def handler(event, context): return 1");
  private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:f";

  private final LambdaFixture fixture = new LambdaFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static void refused(ThrowingCallable call, String code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
  }

  private void creationRefused(
      Consumer<CreateFunctionRequest.Builder> change, String code, String message) {
    refused(() -> fixture.create("f", "python3.13", "app.handler", CODE, change), code, message);
  }

  @Test
  void creatingIsRefusedInAwsWords() {
    creationRefused(
        b -> b.runtime("nodejs12.x"),
        "InvalidParameterValueException",
        "The runtime parameter of nodejs12.x is no longer supported for creating or updating AWS"
            + " Lambda functions. We recommend you use the new runtime (nodejs22.x) while creating"
            + " or updating functions.");
    for (var empty : new SdkBytes[] {SdkBytes.fromUtf8String(""), Zips.of(Map.of())}) {
      creationRefused(
          b -> b.code(c -> c.zipFile(empty)),
          "InvalidParameterValueException",
          "Uploaded file must be a non-empty zip");
    }
    creationRefused(
        b -> b.environment(e -> e.variables(Map.of("A", "secret"))),
        "ValidationException",
        "1 validation error detected: Value at 'environment.variables' failed to satisfy"
            + " constraint: Map keys must satisfy constraint: [Member must satisfy regular"
            + " expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]");
    creationRefused(
        b -> b.layers("arn:aws:lambda:us-east-1:000000000000:layer:l"),
        "ValidationException",
        "1 validation error detected: Value '[arn:aws:lambda:us-east-1:000000000000:layer:l]' at"
            + " 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must"
            + " have length less than or equal to 140, Member must have length greater than or"
            + " equal to 1, Member must satisfy regular expression pattern:"
            + " arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+, Member"
            + " must not be null]");
    creationRefused(
        b -> b.loggingConfig(l -> l.logFormat("x")),
        "ValidationException",
        "1 validation error detected: Value 'x' at 'loggingConfig.logFormat' failed to satisfy"
            + " constraint: Member must satisfy enum value set: [JSON, Text]");
    var tags = IntStream.range(0, 51).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
    creationRefused(
        b -> b.tags(tags),
        "InvalidParameterValueException",
        "Number of tags exceeds resource tag limit.");
    creationRefused(
        b -> b.role(null),
        "ValidationException",
        "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member"
            + " must not be null");
    assertThat(fixture.lambda.listFunctions().functions()).isEmpty();
  }

  @Test
  void invokingShowsWhatCannotBeRead() {
    fixture.python("f", "def handler(event, context): return 1");
    refused(
        () -> fixture.lambda.invoke(i -> i.functionName("f").payload(SdkBytes.fromUtf8String("x"))),
        "InvalidRequestContentException",
        "Could not parse request body into json: Could not parse payload into json: Unrecognized"
            + " token 'x': was expecting (JSON String, Number, Array, Object or token 'null',"
            + " 'true' or 'false')\n at [Source: (byte[])\"x\"; line: 1, column: 2]");
    var large = SdkBytes.fromByteArray(new byte[1024 * 1024 + 1]);
    refused(
        () ->
            fixture.lambda.invoke(i -> i.functionName("f").invocationType("Event").payload(large)),
        "RequestTooLargeException",
        "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)");
  }

  @Test
  void tagsUrlsListsAndLayersAreCheckedAsAwsDoes() {
    fixture.python("f", "def handler(event, context): return 1");
    refused(
        () -> fixture.lambda.tagResource(t -> t.resource(ARN).tags(Map.of())),
        "InvalidParameterValueException",
        "An error occurred and the request cannot be processed.");
    refused(
        () -> fixture.lambda.untagResource(t -> t.resource(ARN).tagKeys(new String[0])),
        "ValidationException",
        "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member"
            + " must not be null");
    assertThatThrownBy(() -> fixture.lambda.listTags(t -> t.resource("f")))
        .hasMessageContaining(
            "Value 'f' at 'resource' failed to satisfy constraint: Member must satisfy regular"
                + " expression pattern: arn:(aws[a-zA-Z-]*):lambda:");
    refused(
        () ->
            fixture.lambda.createFunctionUrlConfig(
                u -> u.functionName("f").authType("NONE").cors(c -> c.maxAge(86_401))),
        "ValidationException",
        "1 validation error detected: Value '86401' at 'cors.maxAge' failed to satisfy constraint:"
            + " Member must have value less than or equal to 86400");
    refused(
        () -> fixture.lambda.listFunctions(l -> l.functionVersion("x")),
        "ValidationException",
        "1 validation error detected: Value 'x' at 'functionVersion' failed to satisfy constraint:"
            + " Member must satisfy enum value set: [ALL]");
    refused(
        () -> fixture.lambda.getLayerVersion(l -> l.layerName("l").versionNumber(0L)),
        "InvalidParameterValueException",
        "Layer Version Cannot be less than 1.");
  }
}
