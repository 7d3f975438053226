package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.WebEndpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

class LambdaManagementTest {
  private static final String ANSWER = "def handler(event, context):\n    return %s\n";

  private final LambdaFixture fixture = new LambdaFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aFunctionIsShownAsItWasMade() throws Exception {
    var zip = Zips.of("app.py", ANSWER.formatted("1"));
    fixture.create(
        "f",
        "python3.13",
        "app.handler",
        zip,
        b -> b.timeout(9).memorySize(256).tags(Map.of("a", "b")).description("d"));
    var function = fixture.lambda.getFunction(b -> b.functionName("f"));
    var configuration = function.configuration();
    assertThat(configuration.functionArn())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:f");
    assertThat(configuration.state()).isEqualTo(State.ACTIVE);
    assertThat(configuration.lastUpdateStatus()).isEqualTo(LastUpdateStatus.SUCCESSFUL);
    assertThat(configuration.version()).isEqualTo("$LATEST");
    assertThat(configuration.timeout()).isEqualTo(9);
    assertThat(configuration.codeSha256())
        .isEqualTo(
            Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(zip.asByteArray())));
    assertThat(configuration.lastModified())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000");
    assertThat(function.tags()).containsEntry("a", "b");
  }

  @Test
  void everyFormOfANameIsAccepted() {
    fixture.python("f", ANSWER.formatted("1"));
    for (var name :
        List.of(
            "f",
            "f:$LATEST",
            "000000000000:function:f",
            "arn:aws:lambda:us-east-1:000000000000:function:f",
            "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST")) {
      assertThat(fixture.answer(name, "{}")).as(name).isEqualTo("1");
    }
    assertThatThrownBy(() -> fixture.answer("f:1", "{}"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining(
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:1");
    assertThatThrownBy(() -> fixture.answer("a b", "{}"))
        .hasMessageContaining("at 'functionName' failed to satisfy constraint");
  }

  @Test
  void aPublishedVersionDoesNotChange() {
    fixture.python("f", ANSWER.formatted("1"));
    assertThat(fixture.lambda.publishVersion(b -> b.functionName("f")).version()).isEqualTo("1");
    assertThat(fixture.lambda.publishVersion(b -> b.functionName("f")).version()).isEqualTo("1");
    fixture.lambda.updateFunctionCode(
        b -> b.functionName("f").zipFile(Zips.of("app.py", ANSWER.formatted("2"))));
    assertThat(fixture.answer("f", "{}")).isEqualTo("2");
    assertThat(fixture.answer("f:1", "{}")).isEqualTo("1");
    assertThat(fixture.lambda.publishVersion(b -> b.functionName("f")).version()).isEqualTo("2");
    assertThat(fixture.lambda.listVersionsByFunction(b -> b.functionName("f")).versions())
        .extracting(v -> v.version())
        .containsExactly("$LATEST", "1", "2");
  }

  @Test
  void aChangedConfigurationIsSeenByTheNextInvocation() {
    fixture.python("f", "import os\ndef handler(e, c):\n    return os.environ.get('XY')\n");
    assertThat(fixture.answer("f", "{}")).isEqualTo("null");
    fixture.lambda.updateFunctionConfiguration(
        b -> b.functionName("f").environment(e -> e.variables(Map.of("XY", "y"))));
    assertThat(fixture.answer("f", "{}")).isEqualTo("\"y\"");
    assertThatThrownBy(() ->
            fixture.lambda.updateFunctionConfiguration(b -> b.functionName("f").revisionId("old")))
        .isInstanceOf(PreconditionFailedException.class);
  }

  @Test
  void anAliasRoutesByItsWeights() {
    fixture.python("f", ANSWER.formatted("1"));
    fixture.lambda.publishVersion(b -> b.functionName("f"));
    fixture.lambda.updateFunctionCode(
        b -> b.functionName("f").publish(true).zipFile(Zips.of("app.py", ANSWER.formatted("2"))));
    fixture.lambda.createAlias(b -> b.functionName("f").name("live").functionVersion("1"));
    assertThat(fixture.answer("f:live", "{}")).isEqualTo("1");
    fixture.lambda.updateAlias(b ->
        b.functionName("f")
            .name("live")
            .routingConfig(r -> r.additionalVersionWeights(Map.of("2", 0.5))));
    var answers = new HashSet<String>();
    for (int i = 0; i < 64 && answers.size() < 2; i++) {
      answers.add(fixture.answer("f:live", "{}"));
    }
    assertThat(answers).containsExactlyInAnyOrder("1", "2");
    assertThatThrownBy(() -> fixture.lambda.deleteFunction(b -> b.functionName("f").qualifier("2")))
        .isInstanceOf(ResourceConflictException.class);
  }

  @Test
  void layersAreOnThePath() {
    var layer =
        fixture.lambda.publishLayerVersion(b ->
            b.layerName("words")
                .content(c -> c.zipFile(Zips.of("python/words.py", "WORD = 'hello'\n"))));
    assertThat(layer.layerVersionArn())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:layer:words:1");
    fixture.python(
        "f",
        "import words\ndef handler(e, c):\n    return words.WORD\n",
        b -> b.layers(layer.layerVersionArn()));
    assertThat(fixture.answer("f", "{}")).isEqualTo("\"hello\"");
    fixture.lambda.deleteLayerVersion(b -> b.layerName("words").versionNumber(1L));
    fixture.lambda.updateFunctionConfiguration(b -> b.functionName("f").timeout(4));
    assertThat(fixture.answer("f", "{}")).isEqualTo("\"hello\"");
    assertThat(fixture.lambda.listLayers(b -> {}).layers()).isEmpty();
  }

  @Test
  void aPolicyIsMadeOfStatements() {
    fixture.python("f", ANSWER.formatted("1"));
    fixture.lambda.addPermission(b ->
        b.functionName("f")
            .statementId("s3")
            .action("lambda:InvokeFunction")
            .principal("s3.amazonaws.com")
            .sourceArn("arn:aws:s3:::bucket")
            .sourceAccount("000000000000"));
    var policy = Json.parse(fixture.lambda.getPolicy(b -> b.functionName("f")).policy());
    assertThat(policy)
        .isEqualTo(
            Json.parse(
                """
                {"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s3","Effect":"Allow",
                 "Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
                 "Resource":"arn:aws:lambda:us-east-1:000000000000:function:f",
                 "Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000"},
                              "ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket"}}}]}
                """));
    fixture.lambda.removePermission(b -> b.functionName("f").statementId("s3"));
    assertThatThrownBy(() -> fixture.lambda.getPolicy(b -> b.functionName("f")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("The resource you requested does not exist.");
  }

  @Test
  void whatAwsRefusesIsRefused() {
    assertThatThrownBy(() -> fixture.python("f", "", b -> b.timeout(901)))
        .hasMessageContaining(
            "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less"
                + " than or equal to 900");
    assertThatThrownBy(() -> fixture.python("f", "", b -> b.role("me")))
        .hasMessageContaining("at 'role' failed to satisfy constraint");
    assertThatThrownBy(() ->
            fixture.python(
                "f", "", b -> b.environment(e -> e.variables(Map.of("AWS_REGION", "x")))))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("Reserved keys used in this request: AWS_REGION");
    assertThatThrownBy(() ->
            fixture.create("f", "python3.12", "a.b", SdkBytes.fromUtf8String("no zip"), b -> {}))
        .hasMessageContaining("Could not unzip uploaded file.");
    assertThatThrownBy(() -> fixture.create("f", "cobol", "a.b", Zips.of("a", "b"), b -> {}))
        .hasMessageContaining("at 'runtime' failed to satisfy constraint");
    fixture.python("f", ANSWER.formatted("1"));
    assertThatThrownBy(() -> fixture.python("f", ANSWER.formatted("1")))
        .isInstanceOf(ResourceConflictException.class)
        .hasMessageContaining("Function already exist: f");
    assertThatThrownBy(() -> fixture.invoke("f", "{broken"))
        .hasMessageContaining("Could not parse request body into json");
    assertThatThrownBy(() -> fixture.invoke("f", "\"" + "x".repeat(6 * 1024 * 1024) + "\""))
        .isInstanceOf(RequestTooLargeException.class);
  }

  @Test
  void noReservationMeansNoInvocation() {
    fixture.python("f", ANSWER.formatted("1"));
    fixture.lambda.putFunctionConcurrency(b -> b.functionName("f").reservedConcurrentExecutions(0));
    assertThatThrownBy(() -> fixture.invoke("f", "{}"))
        .isInstanceOfSatisfying(
            TooManyRequestsException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(429);
              assertThat(e.reasonAsString())
                  .isEqualTo("ReservedFunctionConcurrentInvocationLimitExceeded");
            });
    fixture.lambda.deleteFunctionConcurrency(b -> b.functionName("f"));
    assertThat(fixture.answer("f", "{}")).isEqualTo("1");
    assertThatThrownBy(() ->
            fixture.lambda.putFunctionConcurrency(
                b -> b.functionName("f").reservedConcurrentExecutions(901)))
        .hasMessageContaining("below its minimum value of [100]");
  }

  @Test
  void provisionedConcurrencyStartsSandboxesAhead() {
    fixture.python("f", ANSWER.formatted("1"), b -> b.publish(true));
    fixture.lambda.putProvisionedConcurrencyConfig(
        b -> b.functionName("f").qualifier("1").provisionedConcurrentExecutions(2));
    fixture.settle();
    var config =
        fixture.lambda.getProvisionedConcurrencyConfig(b -> b.functionName("f").qualifier("1"));
    assertThat(config.statusAsString()).isEqualTo("READY");
    assertThat(config.availableProvisionedConcurrentExecutions()).isEqualTo(2);
  }

  @Test
  void aFunctionActsInItsRole() {
    fixture
        .cloud
        .client(IamClient.class)
        .createRole(b ->
            b.roleName("lambda")
                .assumeRolePolicyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                     "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}
                    """));
    fixture.python(
        "f", "import os\ndef handler(e, c):\n    return os.environ['AWS_ACCESS_KEY_ID']\n");
    var key = Json.parse(fixture.answer("f", "{}")).asText();
    var resolved = fixture.cloud.credentials().resolve(key).orElseThrow();
    assertThat(resolved.principal().arn())
        .isEqualTo("arn:aws:sts::000000000000:assumed-role/lambda/f-");
    fixture.cloud.clock().jump(fixture.cloud.clock().now().plus(java.time.Duration.ofMinutes(50)));
    assertThat(Json.parse(fixture.answer("f", "{}")).asText()).isNotEqualTo(key);
  }

  @Test
  void aDryRunOnlyLooks() {
    fixture.python("f", ANSWER.formatted("1"));
    var response =
        fixture.lambda.invoke(b -> b.functionName("f").invocationType(InvocationType.DRY_RUN));
    assertThat(response.statusCode()).isEqualTo(204);
  }

  @Test
  void aDeletedFunctionIsGone() {
    fixture.python("f", ANSWER.formatted("1"));
    fixture.lambda.deleteFunction(b -> b.functionName("f"));
    assertThatThrownBy(() -> fixture.lambda.getFunction(b -> b.functionName("f")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThat(fixture.lambda.listFunctions(b -> {}).functions()).isEmpty();
    fixture.python("f", ANSWER.formatted("2"));
    assertThat(fixture.answer("f", "{}")).isEqualTo("2");
  }

  @Test
  void aFunctionUrlTurnsRequestsIntoEvents() throws IOException {
    fixture.python(
        "f",
        """
        def handler(event, context):
            if event["rawPath"] == "/plain":
                return {"hello": event["queryStringParameters"]["a"]}
            return {"statusCode": 201, "headers": {"x-a": "b"}, "cookies": ["c=d"],
                    "body": event["body"], "isBase64Encoded": event["isBase64Encoded"]}
        """);
    var url =
        fixture
            .lambda
            .createFunctionUrlConfig(b ->
                b.functionName("f")
                    .authType("NONE")
                    .cors(c -> c.allowOrigins("*").allowMethods("GET")))
            .functionUrl();
    var urls = new FunctionUrls(fixture.cloud);
    var id = FunctionUrls.id(url);
    var plain =
        urls.handle(
            new FunctionUrls.Request(
                id,
                "GET",
                "h",
                "/plain",
                "a=1&a=2",
                Map.of("Origin", List.of("http://o")),
                new byte[0],
                "1.2.3.4",
                null));
    assertThat(plain.status()).isEqualTo(200);
    assertThat(new String(plain.body(), StandardCharsets.UTF_8)).isEqualTo("{\"hello\": \"1,2\"}");
    assertThat(plain.headers()).containsEntry("Access-Control-Allow-Origin", List.of("*"));
    var binary = new byte[] {0, 1, 2, (byte) 255};
    var posted =
        urls.handle(
            new FunctionUrls.Request(
                id,
                "POST",
                "h",
                "/",
                "",
                Map.of("Content-Type", List.of("image/png")),
                binary,
                "1.2.3.4",
                null));
    assertThat(posted.status()).isEqualTo(201);
    assertThat(posted.body()).isEqualTo(binary);
    assertThat(posted.headers())
        .containsEntry("x-a", List.of("b"))
        .containsEntry("Set-Cookie", List.of("c=d"));
    var preflight =
        urls.handle(
            new FunctionUrls.Request(
                id,
                "OPTIONS",
                "h",
                "/",
                "",
                Map.of(
                    "Origin", List.of("http://o"), "Access-Control-Request-Method", List.of("GET")),
                new byte[0],
                "1.2.3.4",
                null));
    assertThat(preflight.headers()).containsEntry("Access-Control-Allow-Methods", List.of("GET"));
    var endpoint = new LambdaPackage().webEndpoints(fixture.cloud).getFirst();
    var overHttp =
        new WebEndpoint.Request(
            "GET",
            url.substring(7, url.length() - 1),
            "/plain",
            "a=7",
            Map.of(),
            new ByteArrayInputStream(new byte[0]),
            "1.2.3.4");
    assertThat(endpoint.accepts(overHttp)).isTrue();
    assertThat(endpoint.respond(overHttp).body()).hasContent("{\"hello\": \"7\"}");
  }
}
