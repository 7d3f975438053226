package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.StateReasonCode;

/// What the management of functions answers, and refuses.
class FunctionAnswersTest {
  private static final String ROLE = "arn:aws:iam::000000000000:role/r";
  private static final SdkBytes ZIP =
      Zips.of("app.py", "def handler(event, context):\n    return 1\n");

  private final LambdaFixture fixture = new LambdaFixture();

  @BeforeEach
  void create() {
    fixture.create("f", "python3.13", "app.handler", ZIP, b -> {});
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void theAnswerToACreationSaysThatItIsGoingOn() {
    var made =
        fixture.lambda.createFunction(b ->
            b.functionName("g")
                .role(ROLE)
                .runtime("python3.13")
                .handler("app.handler")
                .code(c -> c.zipFile(ZIP)));
    assertThat(made.state()).isEqualTo(State.PENDING);
    assertThat(made.stateReasonCode()).isEqualTo(StateReasonCode.CREATING);
    assertThat(made.lastUpdateStatus()).isNull();
    var shown = fixture.lambda.getFunctionConfiguration(b -> b.functionName("g"));
    assertThat(shown.state()).isEqualTo(State.ACTIVE);
    assertThat(shown.stateReason()).isNull();
  }

  @Test
  void theAnswerToAChangeSaysThatItIsGoingOn() {
    var changed = fixture.lambda.updateFunctionConfiguration(b -> b.functionName("f").timeout(9));
    assertThat(changed.lastUpdateStatus()).isEqualTo(LastUpdateStatus.IN_PROGRESS);
    assertThat(changed.lastUpdateStatusReasonCodeAsString()).isEqualTo("Creating");
    assertThat(changed.timeout()).isEqualTo(9);
    assertThat(fixture.lambda.getFunctionConfiguration(b -> b.functionName("f")).lastUpdateStatus())
        .isEqualTo(LastUpdateStatus.SUCCESSFUL);
  }

  @Test
  void theCodeCanBeFetchedFromItsLocation() throws IOException {
    var location = fixture.lambda.getFunction(b -> b.functionName("f")).code().location();
    assertThat(location).startsWith("http://localhost:");
    var path = URI.create(location).getPath();
    try (var body = fetch(path).body()) {
      assertThat(body.readAllBytes()).isEqualTo(ZIP.asByteArray());
    }
    assertThat(fetch(path.substring(0, path.length() - 4) + "0000").status()).isEqualTo(404);
  }

  private WebEndpoint.Response fetch(String path) throws IOException {
    var request =
        new WebEndpoint.Request(
            "GET", "localhost", path, "", Map.of(), InputStream.nullInputStream(), "127.0.0.1");
    for (var endpoint : new LambdaPackage().webEndpoints(fixture.cloud)) {
      if (endpoint.accepts(request)) {
        return endpoint.respond(request);
      }
    }
    throw new AssertionError("Nobody serves " + path);
  }

  @Test
  void valuesThatAwsDoesNotKnowAreRefused() {
    assertThatThrownBy(() ->
            fixture.lambda.updateFunctionConfiguration(
                b -> b.functionName("f").tracingConfig(t -> t.mode("x"))))
        .hasMessageContaining(
            "Value 'x' at 'tracingConfig.mode' failed to satisfy constraint: Member must satisfy"
                + " enum value set: [Active, PassThrough]");
    assertThatThrownBy(
            () -> fixture.lambda.createFunctionUrlConfig(b -> b.functionName("f").authType("x")))
        .hasMessageContaining("at 'authType' failed to satisfy constraint");
    assertThatThrownBy(() ->
            fixture.lambda.publishLayerVersion(b ->
                b.layerName("l").content(c -> c.zipFile(ZIP)).compatibleRuntimesWithStrings("x")))
        .hasMessageContaining("Value '[x]' at 'compatibleRuntimes' failed to satisfy constraint");
    assertThatThrownBy(() -> fixture.lambda.putFunctionEventInvokeConfig(b -> b.functionName("f")))
        .hasMessageContaining(
            "You must specify at least one of error handling or destination setting.");
    assertThatThrownBy(() ->
            fixture.lambda.addPermission(b ->
                b.functionName("f")
                    .statementId("s")
                    .action("lambda:InvokeFunction")
                    .principal("*")
                    .functionUrlAuthType("NONE")))
        .hasMessageContaining(
            "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
  }

  @Test
  void aVersionIsProvisionedUnderOneNameOnly() {
    fixture.lambda.publishVersion(b -> b.functionName("f"));
    fixture.lambda.createAlias(b -> b.functionName("f").name("live").functionVersion("1"));
    fixture.lambda.putProvisionedConcurrencyConfig(
        b -> b.functionName("f").qualifier("live").provisionedConcurrentExecutions(1));
    assertThatThrownBy(() ->
            fixture.lambda.putProvisionedConcurrencyConfig(
                b -> b.functionName("f").qualifier("1").provisionedConcurrentExecutions(1)))
        .hasMessageContaining("Version is pointed by a Provisioned Concurrency alias");
  }
}
