package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.CodeSigningConfigNotFoundException;
import software.amazon.awssdk.services.lambda.model.CodeSigningPolicy;
import software.amazon.awssdk.services.lambda.model.CodeVerificationFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.UpdateRuntimeOn;

class FunctionSettingsTest {
  private static final String CODE = "def handler(e, c):\n    return 1\n";
  private static final String PROFILE =
      "arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abcdefghij";

  private final LambdaFixture fixture = new LambdaFixture();

  @BeforeEach
  void create() {
    fixture.python("f", CODE);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String signing(CodeSigningPolicy policy) {
    return fixture
        .lambda
        .createCodeSigningConfig(b ->
            b.allowedPublishers(p -> p.signingProfileVersionArns(PROFILE))
                .codeSigningPolicies(p -> p.untrustedArtifactOnDeployment(policy))
                .tags(Map.of("a", "b")))
        .codeSigningConfig()
        .codeSigningConfigArn();
  }

  @Test
  void runtimesAreUpdatedByThemselvesUnlessToldOtherwise() {
    var arn = "arn:aws:lambda:us-east-1::runtime:" + "0".repeat(64);
    assertThat(
            fixture.lambda.getRuntimeManagementConfig(b -> b.functionName("f")).updateRuntimeOn())
        .isEqualTo(UpdateRuntimeOn.AUTO);
    fixture.lambda.putRuntimeManagementConfig(
        b -> b.functionName("f").updateRuntimeOn(UpdateRuntimeOn.MANUAL).runtimeVersionArn(arn));
    var shown = fixture.lambda.getRuntimeManagementConfig(b -> b.functionName("f"));
    assertThat(shown.updateRuntimeOn()).isEqualTo(UpdateRuntimeOn.MANUAL);
    assertThat(shown.runtimeVersionArn()).isEqualTo(arn);
    assertThat(shown.functionArn()).isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:f");
    assertThatThrownBy(() ->
            fixture.lambda.getRuntimeManagementConfig(b -> b.functionName("f").qualifier("7")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void unsignedCodeIsRefusedWhereSignaturesAreEnforced() {
    var warns = signing(CodeSigningPolicy.WARN);
    var enforces = signing(CodeSigningPolicy.ENFORCE);
    assertThat(warns)
        .matches("arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-[0-9a-f]{17}");
    fixture.lambda.putFunctionCodeSigningConfig(
        b -> b.functionName("f").codeSigningConfigArn(warns));
    fixture.lambda.updateFunctionCode(
        b -> b.functionName("f").zipFile(Zips.of("app.py", CODE + "\n")));
    fixture.lambda.putFunctionCodeSigningConfig(
        b -> b.functionName("f").codeSigningConfigArn(enforces));
    assertThatThrownBy(() ->
            fixture.lambda.updateFunctionCode(
                b -> b.functionName("f").zipFile(Zips.of("app.py", CODE))))
        .isInstanceOf(CodeVerificationFailedException.class);
    assertThatThrownBy(() -> fixture.python("g", CODE, b -> b.codeSigningConfigArn(enforces)))
        .isInstanceOf(CodeVerificationFailedException.class);
    fixture.python("g", CODE, b -> b.codeSigningConfigArn(warns));
    assertThat(
            fixture
                .lambda
                .listFunctionsByCodeSigningConfig(b -> b.codeSigningConfigArn(warns))
                .functionArns())
        .containsExactly("arn:aws:lambda:us-east-1:000000000000:function:g");
  }

  @Test
  void aCodeSigningConfigLivesUntilNobodyUsesIt() {
    var arn = signing(CodeSigningPolicy.WARN);
    assertThat(fixture.lambda.listTags(b -> b.resource(arn)).tags()).containsEntry("a", "b");
    fixture.lambda.putFunctionCodeSigningConfig(b -> b.functionName("f").codeSigningConfigArn(arn));
    assertThat(
            fixture
                .lambda
                .getFunctionCodeSigningConfig(b -> b.functionName("f"))
                .codeSigningConfigArn())
        .isEqualTo(arn);
    assertThatThrownBy(
            () -> fixture.lambda.deleteCodeSigningConfig(b -> b.codeSigningConfigArn(arn)))
        .isInstanceOf(ResourceConflictException.class);
    fixture.lambda.deleteFunctionCodeSigningConfig(b -> b.functionName("f"));
    var changed =
        fixture.lambda.updateCodeSigningConfig(b -> b.codeSigningConfigArn(arn).description("new"));
    assertThat(changed.codeSigningConfig().description()).isEqualTo("new");
    assertThat(changed.codeSigningConfig().allowedPublishers().signingProfileVersionArns())
        .containsExactly(PROFILE);
    fixture.lambda.deleteCodeSigningConfig(b -> b.codeSigningConfigArn(arn));
    assertThatThrownBy(() -> fixture.lambda.getCodeSigningConfig(b -> b.codeSigningConfigArn(arn)))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("The Lambda code signing configuration " + arn + " can not be found");
    assertThatThrownBy(() ->
            fixture.lambda.putFunctionCodeSigningConfig(
                b -> b.functionName("f").codeSigningConfigArn(arn)))
        .isInstanceOf(CodeSigningConfigNotFoundException.class);
  }

  @Test
  void mappingsHaveTags() {
    fixture
        .cloud
        .client(software.amazon.awssdk.services.sqs.SqsClient.class)
        .createQueue(b -> b.queueName("q"));
    var arn =
        fixture
            .lambda
            .createEventSourceMapping(b ->
                b.functionName("f")
                    .eventSourceArn("arn:aws:sqs:us-east-1:000000000000:q")
                    .tags(Map.of("a", "b")))
            .eventSourceMappingArn();
    fixture.lambda.tagResource(b -> b.resource(arn).tags(Map.of("c", "d")));
    fixture.lambda.untagResource(b -> b.resource(arn).tagKeys("a"));
    assertThat(fixture.lambda.listTags(b -> b.resource(arn)).tags()).isEqualTo(Map.of("c", "d"));
    var other = arn.substring(0, arn.length() - 4) + (arn.endsWith("0000") ? "1111" : "0000");
    assertThatThrownBy(() -> fixture.lambda.listTags(b -> b.resource(other)))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
